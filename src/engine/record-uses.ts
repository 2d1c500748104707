import type { Amendment, AuditEvent, EventType } from '../model/event.ts';
import type { EventCounts, RecordUse } from '../model/inspection.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { InputFacts } from '../model/observation.ts';
import { kindOf } from '../normalise/agents/agent-events.ts';
import { parseSpelling } from '../normalise/audit/spelling/spelling.ts';
import { recordTypeName } from '../normalise/audit/types.ts';

/** What became of the records of one type. */
interface Became {
  readonly events: Map<EventType, number>;
  again: number;
}

/** Events by the place and the type of the record that told of them. */
export class RecordUses {
  readonly #places = new Map<string, Map<string, Became>>();

  /**
   * `carrier` is the file that held the event ready made, or null for one that was made of records: where one that was
   * read says it was first seen may be anything.
   */
  made(event: AuditEvent, carrier: string | null): void {
    const { events } = carrier === null ? this.#use(placeOf(event), recordTypeOf(event)) : this.#use(carrier, 'event');
    events.set(event.type, (events.get(event.type) ?? 0) + 1);
  }

  toldAgain(amendment: Amendment): void {
    this.#use(placeOf(amendment), amendingTypeOf(amendment)).again += 1;
  }

  /** All events by type. */
  events(): EventCounts {
    const all: { [type in EventType]?: number } = {};
    for (const types of this.#places.values()) {
      for (const { events } of types.values()) {
        for (const [type, count] of events) all[type] = (all[type] ?? 0) + count;
      }
    }
    return all;
  }

  /** The records of each input, in the order of `inputs`, with what became of them. */
  ofInputs(inputs: readonly InputFacts[]): readonly (readonly RecordUse[])[] {
    return inputs.map(({ name, records }) => {
      const became = this.#places.get(name) ?? new Map<string, Became>();
      const types = [...new Set([...Object.keys(records), ...became.keys()])];
      return types.map((type) => useOf(type, records[type] ?? 0, became.get(type))).sort(byUse);
    });
  }

  #use(place: string, type: string): Became {
    const types = this.#places.get(place) ?? new Map<string, Became>();
    this.#places.set(place, types);
    const became = types.get(type) ?? { events: new Map(), again: 0 };
    types.set(type, became);
    return became;
  }
}

function useOf(type: string, count: number, became: Became | undefined): RecordUse {
  return { type, count, events: Object.fromEntries(became?.events ?? []), again: became?.again ?? 0 };
}

/** Those that were of use first, then the most frequent, then by name: never by the order of arrival. */
function byUse(a: RecordUse, b: RecordUse): number {
  const used = ({ events, again }: RecordUse) => (again > 0 || Object.keys(events).length > 0 ? 1 : 0);
  return used(b) - used(a) || b.count - a.count || (a.type < b.type ? -1 : 1);
}

/** The input that was read for it: the evidence that came first. */
function placeOf({ evidence }: Pick<AuditEvent, 'evidence'>): string {
  const [first] = evidence;
  return first?.via?.file ?? first?.origin ?? '';
}

/** The type of the records that an event was made of, as the facts of the input count them. */
function recordTypeOf({ details: { audit, agent, gap }, evidence }: AuditEvent): string {
  if (gap !== undefined) return 'gap';
  // A capture counts its lines, whatever they carry.
  const isCarried = evidence[0]?.via !== undefined;
  if (audit !== undefined) return (isCarried ? null : auditRecord(audit)) ?? 'audit';
  if (agent !== undefined) return (isCarried ? null : agentRecord(agent)) ?? 'agent';
  return 'snapshot';
}

/** An amendment says of itself only what was read. */
function amendingTypeOf({ details, evidence }: Amendment): string {
  const [first] = evidence;
  if (first?.via !== undefined) return details.agent === undefined ? 'audit' : 'agent';
  const agent = agentRecord(details.agent);
  if (agent !== null) return agent;
  return recordTypeIn(first?.text) ?? 'snapshot';
}

/** The type of the audit record that a line spells, in whichever way; null when it is none. */
function recordTypeIn(text: string | undefined): string | null {
  const line = text === undefined ? null : parseSpelling(text);
  const record = line?.kind === 'records' ? line.records[0] : undefined;
  return record === undefined ? null : recordTypeName(record.type);
}

function auditRecord(audit: Json | undefined): string | null {
  return isJsonObject(audit) && typeof audit.record === 'string' ? audit.record : null;
}

function agentRecord(agent: Json | undefined): string | null {
  if (!isJsonObject(agent) || typeof agent.name !== 'string' || typeof agent.record !== 'string') return null;
  return kindOf({ agent: agent.name, name: agent.record });
}
