import type { EventDraft, EventType } from '../../model/event.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { AgentRecord } from '../../model/observation.ts';
import type { Severity } from '../../model/severity.ts';
import type { Actor } from '../audit/actor.ts';

/** Who did it, with what agents know beside what audit records say. Strings are raw. */
export interface AgentActor extends Actor {
  /** The arguments that the process was started with, as the agent writes them. */
  args?: string;
  /** Id or name of the container. */
  container?: string;
  /** Kubernetes pod as `namespace/name`. */
  pod?: string;
}

/** What an agent's record tells about BPF. */
export interface AgentFinding {
  readonly type: EventType;
  readonly severity: Severity;
  readonly summary: string;
  readonly actor: AgentActor;
  /** `{kind, id?, name?, type?}`. */
  readonly object?: JsonObject;
  /** Other details: `command`, `result`, `target`. */
  readonly more?: JsonObject;
  /** The agent's own rule or policy that made it report this. */
  readonly policy?: string | null;
  readonly rule?: string | null;
}

/** How one agent's JSON is read. Nothing here throws on any value. */
export interface AgentReader {
  /** What the agent calls this kind of thing: `process_kprobe bpf_check`, `bpf_attach`. */
  name(value: JsonObject): string;
  /** The host it happened on, or null where the agent does not say. */
  host(value: JsonObject): string | null;
  /** When it happened, in ms since the epoch; null where the agent has no date. */
  time(value: JsonObject): number | null;
  /** What it tells about BPF, or null. */
  finding(value: JsonObject): AgentFinding | null;
}

/** The event of a finding. */
export function draftOfFinding(record: AgentRecord, host: string, time: number, finding: AgentFinding): EventDraft {
  const { type, severity, summary, actor, object, more, policy, rule } = finding;
  const { file, line, offset } = record.at;
  const agent: JsonObject = { name: record.agent, ...given('policy', policy), ...given('rule', rule) };
  return {
    time,
    type,
    severity,
    source: record.agent,
    host,
    details: {
      summary,
      ...(object === undefined ? {} : { object }),
      ...(Object.keys(actor).length === 0 ? {} : { actor: { ...actor } }),
      ...more,
      agent: { ...agent, ...given('record', record.name) },
    },
    evidence: [
      {
        origin: file,
        ...(line === undefined ? {} : { line }),
        ...(offset === undefined ? {} : { offset }),
        text: record.text,
      },
    ],
  };
}

/** An object of one key, or of none when there is no such text: for spreading. Text is cut at {@link MAX_TEXT}. */
export function given(key: string, value: Json | undefined): { readonly [key: string]: Json } {
  if (value === undefined || value === null || value === '') return {};
  return { [key]: typeof value === 'string' ? value.slice(0, MAX_TEXT) : value };
}

/** Characters of one detail: a command line can be megabytes, and the evidence has its start anyway. */
const MAX_TEXT = 1024;
