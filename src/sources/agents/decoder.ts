import type { AgentRecord, Observation } from '../../model/observation.ts';
import { agentEvents, agentHost, agentReader, kindOf } from '../../normalise/agents/agent-events.ts';
import { hostOfPrefix } from '../../normalise/agents/prefix.ts';
import { hasKeyTwice, KEY_TWICE } from '../../text/json-keys.ts';
import { append } from '../../text/lists.ts';
import { unreadable } from '../lines.ts';
import { auditbeatRecords } from './auditbeat-records.ts';
import type { Carried, CarriedReader } from './carried.ts';
import { Copies } from './copies.ts';
import { Counts } from './counts.ts';
import { parseObject } from './exact-json.ts';
import { goAuditRecords } from './go-audit-records.ts';
import { journaldRecords } from './journald-records.ts';
import type { JsonBatch, JsonValue } from './json-values.ts';
import { laurelRecords } from './laurel-records.ts';
import { type CarrierFormat, carriesRecord, recognise, type WatcherFormat } from './recognise.ts';
import { RAW, RecordGroups } from './record-groups.ts';
import { Seen } from './seen.ts';
import { Skipped } from './skipped.ts';
import { wrappedLine, wrappedRecords } from './wrapped-records.ts';

const CARRIERS: { readonly [format in CarrierFormat]: CarriedReader } = {
  journald: journaldRecords,
  laurel: laurelRecords,
  'go-audit': goAuditRecords,
  auditbeat: auditbeatRecords,
  wrapped: wrappedRecords,
};

/** JSON objects in, observations out; counts audit records by type and agents' events by kind. */
export class AgentDecoder {
  readonly #file: string;
  readonly #counts = new Counts();
  readonly #skipped = new Skipped();
  readonly #groups: RecordGroups;
  readonly #copies = new Copies();
  readonly #seen = new Seen();

  constructor(file: string) {
    this.#file = file;
    this.#groups = new RecordGroups(file, this.#counts, this.#skipped);
  }

  /** So far, by type or kind. */
  records(): { readonly [type: string]: number } {
    return this.#counts.all();
  }

  /** Hosts that were named, in order of appearance. */
  hosts(): readonly string[] {
    return this.#seen.hosts();
  }

  /** Times of the first and last record by time; null where none has one. */
  timeRange(): { readonly first: number; readonly last: number } | null {
    return this.#seen.timeRange();
  }

  /** What these objects amount to. Events of which more may come are held back. */
  decode(batch: JsonBatch): Observation[] {
    const found: Observation[] = batch.unreadable.map((what) => ({ kind: 'unreadable', time: null, unreadable: what }));
    for (const value of batch.values) {
      this.#take(value, value.text.slice(value.prefix.length), found);
      append(found, this.#skipped.takeDue());
    }
    return found;
  }

  /** What is held back when the file ends. */
  end(): Observation[] {
    const found = this.#groups.end();
    append(found, this.#skipped.take());
    const untold = this.#skipped.untold();
    if (untold !== null) {
      const reason = `none of its records says when it was, so these could not be placed: ${untold}`;
      found.push({ kind: 'unreadable', time: null, unreadable: { at: { file: this.#file }, reason, text: '' } });
    }
    return found;
  }

  /** `json` is the text of the value, which may be part of what was read. */
  #take(at: JsonValue, json: string, into: Observation[]): void {
    const agent = recognise(at.value);
    // Other programs' lines that a shipper wraps may have a key twice: some libraries that write logs do that.
    if (agent !== null && hasKeyTwice(json, at.value)) this.#refuse(at, KEY_TWICE, into);
    const format = agent ?? (wrappedLine(at.value) === null ? null : 'wrapped');
    if (format === null) this.#refuse(at, reasonFor(at), into);
    else if (isCarrier(format)) this.#carried(CARRIERS[format](at.value, hostOfPrefix(at.prefix)), at, into);
    else this.#watched(format, at, into);
  }

  #carried(carried: Carried, at: JsonValue, into: Observation[]): void {
    switch (carried.kind) {
      case 'event':
        for (const record of carried.records) this.#seen.note(record.node, record.time);
        append(into, this.#groups.whole(carried.records, at));
        return;
      case 'record':
      case 'copy': {
        const { record } = carried;
        this.#seen.note(record.node, record.time);
        if (this.#copies.isCopy(record, carried.kind === 'copy')) this.#counts.add('copies');
        else append(into, this.#groups.one(record, at));
        return;
      }
      case 'several':
        for (const each of carried.carried) this.#carried(each, at, into);
        return;
      case 'inner': {
        const text = carried.text.trim();
        const inner = parseObject(text);
        const format = 'value' in inner ? recognise(inner.value) : null;
        if (!('value' in inner)) this.#other();
        // One layer of wrapping is unpacked.
        else if (format !== null && format !== 'journald') this.#take({ ...at, value: inner.value }, text, into);
        else if (carriesRecord(inner.value)) this.#refuse(at, 'what an agent wrote is wrapped more than once', into);
        else this.#other();
        return;
      }
      case 'other':
        this.#other();
        return;
      case 'unreadable':
        this.#refuse(at, carried.reason, into);
    }
  }

  #watched(agent: WatcherFormat, at: JsonValue, into: Observation[]): void {
    const { value, text, line, offset } = at;
    const reader = agentReader(agent);
    const name = (reader?.name(value) ?? '').slice(0, MAX_NAME);
    const kind = this.#counts.add(kindOf({ agent, name }));
    const time = reader?.time(value) ?? null;
    const record: AgentRecord = {
      agent,
      name,
      value,
      at: { file: this.#file, line, offset },
      text: text.slice(0, RAW),
    };
    const host = agentHost(record);
    this.#seen.note(host, time);
    if (time !== null && agentEvents(record, host ?? 'unknown').events.length > 0) {
      into.push({ kind: 'agent', time, record });
    } else if (time === null && reader?.finding(value)) {
      this.#refuse(at, `${kind}: it does not say at what date, so it cannot be placed`, into);
    } else {
      this.#skipped.count(kind, time);
    }
  }

  #other(): void {
    this.#counts.add('other entries');
  }

  #refuse(at: JsonValue, reason: string, into: Observation[]): void {
    into.push({ kind: 'unreadable', time: null, unreadable: unreadable(this.#file, at, reason, at.text) });
  }
}

/** Characters of what an agent calls a kind of event. */
const MAX_NAME = 96;

function isCarrier(format: CarrierFormat | WatcherFormat): format is CarrierFormat {
  return Object.hasOwn(CARRIERS, format);
}

/** The keys of an object that nobody is known to write. */
function reasonFor({ value }: JsonValue): string {
  const keys = Object.keys(value)
    .slice(0, 5)
    .map((key) => JSON.stringify(key.slice(0, 32)));
  return keys.length === 0 ? 'an empty object' : `no kind of record that is known: its keys are ${keys.join(', ')}`;
}
