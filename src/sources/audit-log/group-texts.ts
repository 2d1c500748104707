import type { AuditRecordGroup, AuditRecordLine } from '../../model/observation.ts';
import type { ByteWindow } from './byte-window.ts';
import type { OpenGroup, OpenRun, RunPool } from './open-group.ts';
import { respelled } from './respelled.ts';

/**
 * How a record can be had as text that is not spelled as auditd spells it: it is known, with what was read where that is
 * not the same; or its line in the window, which holds no other, can be read again with its time in ms.
 */
export type RecordText = { readonly text: string; readonly raw: string | null } | { readonly spelledAt: number };

/** Makes texts of the records of events, when they are needed. */
export class GroupTexts {
  readonly #window: ByteWindow;
  readonly #pool: RunPool;

  constructor(window: ByteWindow, pool: RunPool) {
    this.#window = window;
    this.#pool = pool;
  }

  /** Says how the last record of an event can be had as text; null where the bytes in the window are the record. */
  spell(group: OpenGroup, spelling: RecordText | null): void {
    if (spelling === null) return;
    const { last } = group;
    if ('text' in spelling) {
      last.text = spelling.text;
      last.raw = spelling.raw;
    } else {
      last.spelledAt = spelling.spelledAt;
    }
    group.hasTexts = true;
  }

  /** The text of the first record of a run, which is then a run of its own and has it. */
  textOf(group: OpenGroup, run: OpenRun): string {
    if (run.text !== null) return run.text;
    if (run.lines > 1) this.#split(group, run);
    const { place, end, spelledAt } = run;
    const line = this.#window.text(place, end - place);
    const text = spelledAt === null ? line : respelled(line, spelledAt);
    run.text = text;
    if (text !== line) run.raw = line;
    group.hasTexts = true;
    return text;
  }

  /** The last record of an event, as a run of its own. */
  lastOf(group: OpenGroup): OpenRun {
    while (group.last.lines > 1) this.#split(group, group.last);
    return group.last;
  }

  /** Makes texts of the records of an event before this place in the stream, whose bytes are about to go. */
  rescue(group: OpenGroup, before: number): void {
    for (let run: OpenRun | null = group.first; run !== null; run = run.next) {
      if (run.place < before) this.textOf(group, run);
    }
  }

  /** The event as a whole. */
  whole(group: OpenGroup): AuditRecordGroup {
    const { first, node, told } = group;
    const origin = first.file.name;
    const records: AuditRecordLine[] = [];
    let run: OpenRun | null = first;
    for (const type of group.types.types()) {
      if (run === null) break;
      const text = this.textOf(group, run);
      const { file, place, line, raw } = run;
      records.push({
        type: type.written,
        text,
        line: file.lineOf(line),
        offset: file.offsetOf(place),
        ...(file.name === origin ? {} : { file: file.name }),
        ...(raw === null ? {} : { raw }),
      });
      run = run.next;
    }
    const serial = told?.serial ?? (group.serial < 0 ? null : group.serial);
    return { time: told?.time ?? group.time, serial, node, origin, records };
  }

  /** Makes two runs of one, of which the first is one line. */
  #split(group: OpenGroup, run: OpenRun): void {
    const { base } = this.#window;
    const end = base + this.#window.newline(run.place - base);
    const rest = this.#pool.take(end + 1, run.end, run.line + 1, run.file);
    rest.lines = run.lines - 1;
    rest.next = run.next;
    run.end = end;
    run.lines = 1;
    run.next = rest;
    if (group.last === run) group.last = rest;
  }
}

/** Place in the stream of the first record of an event that is not decoded; Infinity when there is none. */
export function firstPlaceOf(group: OpenGroup): number {
  let run: OpenRun | null = group.first;
  while (run !== null && run.text !== null) run = run.next;
  return run === null ? Number.POSITIVE_INFINITY : run.place;
}

/** Whether a line that follows can be added to a run. */
export function canGrow({ text, spelledAt }: OpenRun): boolean {
  return text === null && spelledAt === null;
}
