import type { EventDraft } from '../../model/event.ts';
import type { AgentRecord } from '../../model/observation.ts';
import { type AgentReader, draftOfFinding } from './agent-finding.ts';
import { FALCO } from './falco.ts';
import { INSPEKTOR_GADGET } from './inspektor-gadget.ts';
import { KUNAI } from './kunai.ts';
import { hostOfPrefix } from './prefix.ts';
import { TETRAGON } from './tetragon.ts';
import { TRACEE } from './tracee.ts';

/** Programs whose own events are read, by the name that `AgentRecord.agent` has for them. */
const READERS: ReadonlyMap<string, AgentReader> = new Map([
  ['tetragon', TETRAGON],
  ['tracee', TRACEE],
  ['falco', FALCO],
  ['kunai', KUNAI],
  ['ig', INSPEKTOR_GADGET],
]);

/** How the JSON of an agent is read, or null for one that is not known. */
export function agentReader(agent: string): AgentReader | null {
  return READERS.get(agent) ?? null;
}

/**
 * What an agent's record amounts to, on `host`. Where it says nothing about BPF, or not when it was, there is no event
 * and `unmapped` names its kind to be counted: `tetragon process_exec`. Never throws.
 */
export function agentEvents(
  record: AgentRecord,
  host: string,
): { readonly events: readonly EventDraft[]; readonly unmapped: string | null } {
  const reader = agentReader(record.agent);
  const time = reader?.time(record.value) ?? null;
  const finding = time === null ? null : (reader?.finding(record.value) ?? null);
  if (time === null || finding === null) return { events: [], unmapped: kindOf(record) };
  return { events: [draftOfFinding(record, host, time, finding)], unmapped: null };
}

/** The host that a record names, or that syslog wrote before it; null where neither does. */
export function agentHost({ agent, value, text }: AgentRecord): string | null {
  const host = agentReader(agent)?.host(value) ?? hostOfPrefix(text.slice(0, Math.max(0, text.indexOf('{'))));
  return host === null || host === '' ? null : host.slice(0, MAX_HOST);
}

/** Characters of a host's name (RFC 1035, 2.3.4). */
const MAX_HOST = 255;

/** Agent and kind, for counting; the kind is whatever the JSON says, so it is cut. */
export function kindOf({ agent, name }: Pick<AgentRecord, 'agent' | 'name'>): string {
  return `${agent} ${name}`.slice(0, 96);
}
