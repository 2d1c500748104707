import type { AuditEvent } from '../model/event.ts';
import type { Unreadable } from '../model/observation.ts';
import { EventImport } from './event-import.ts';
import type { EventTable } from './event-table.ts';
import type { ImportLine } from './imported.ts';
import type { Op } from './journal-format.ts';
import type { Template } from './pages/page-file.ts';
import type { Records } from './records.ts';
import { notOurs, type PlaceInJournal, type Rebuild } from './recover.ts';
import type { ScanAhead } from './scan/scan-ahead.ts';
import { isEvent, parsed } from './shapes.ts';

/** Lines told of that were no events: there may be millions. */
const MAX_FAULTS = 100;

/** A change of events that were read before, and how many had been. */
interface Change {
  readonly newest: number;
  readonly apply: () => void;
}

/** Rebuilds events and records from journals. */
export class Loading implements Rebuild {
  readonly #events: EventTable;
  readonly #records: Records;
  readonly #import: EventImport;
  /** Changes of events that are still being written as an image. */
  #changes: Change[] = [];
  #next = 1;
  #file = '';
  /** Lines that were no events, and whether numbers of events are behind for it. */
  readonly #faults: Unreadable[] = [];
  #hasGap = false;

  constructor(events: EventTable, records: Records, template: Template, scan: ScanAhead) {
    this.#events = events;
    this.#records = records;
    const decode = (line: ImportLine): AuditEvent | null => {
      const event = parsed(line.text);
      if (isEvent(event)) return event;
      this.#hasGap = true;
      if (this.#faults.length < MAX_FAULTS) {
        this.#faults.push(notOurs({ file: this.#file, offset: line.offset }, 'an event'));
      }
      return null;
    };
    this.#import = new EventImport(events, template, decode, null, scan, { recorded: null, added: () => {} });
  }

  events(lines: Uint8Array, first: number, count: number, { file, offset }: PlaceInJournal): void {
    // Lines that wait are of the file before.
    if (file !== this.#file) this.#import.catchUp();
    this.#file = file;
    if (first !== this.#next || this.#hasGap) this.#skipTo(first);
    this.#import.push(lines, offset);
    this.#next = first + count;
    this.#applyChanges();
  }

  op(op: Op): void {
    if (op.op === 'state') this.#records.restore(op.state);
    else if (op.op === 'check-run') this.#records.addCheckRun(op);
    else if (op.op === 'alerts') this.#records.changeAlerts(op);
    else if (op.op === 'baseline') this.#records.setBaseline(op.baseline);
    else if (op.op === 'amend') this.#change(() => this.#events.amend(op.amendments));
    else this.#change(() => this.#events.replace(op.event));
  }

  end(gone: number): readonly Unreadable[] {
    this.#finish();
    if (gone >= this.#next || this.#hasGap) this.#skipTo(Math.max(gone + 1, this.#next));
    return this.#faults;
  }

  #skipTo(seq: number): void {
    this.#finish();
    this.#events.skipTo(seq);
    this.#hasGap = false;
  }

  #change(apply: () => void): void {
    this.#changes.push({ newest: this.#next - 1, apply });
    this.#applyChanges();
  }

  #finish(): void {
    this.#import.finish();
    this.#applyChanges();
  }

  /** Applies the changes of events that can be read by now: to wait costs nothing, to finish an image early does. */
  #applyChanges(): void {
    const waiting = this.#changes.findIndex(({ newest }) => newest > this.#events.newest);
    for (const { apply } of this.#changes.splice(0, waiting < 0 ? this.#changes.length : waiting)) apply();
  }
}
