import type { Json } from '../model/json.ts';
import { MAX_TRACING_CHARACTERS, type Section, type Snapshot, type Tracing } from '../model/snapshot.ts';
import { asArray, asObject } from './decode-value.ts';

/** The other parts, and the sections that they cover. */
const PARTS = [
  ['helpers', 'helpers'],
  ['processes', 'processes'],
  ['settings', 'settings'],
  ['audit', 'audit'],
  ['auditRules', 'audit-rules'],
  ['mounts', 'mounts'],
  ['persisted', 'sysctl-files'],
  ['packetSockets', 'packet-sockets'],
  ['symbols', 'symbols'],
  ['entries', 'map-entries'],
] as const satisfies readonly (readonly [keyof Snapshot, Section])[];

/** The listings of a snapshot, and the section that each one covers. */
const LISTINGS = [
  ['prog', 'programs'],
  ['map', 'maps'],
  ['link', 'links'],
  ['net', 'net'],
  ['perf', 'perf'],
  ['cgroup', 'cgroups'],
] as const satisfies readonly (readonly [keyof Snapshot, Section])[];

/** The sections that a snapshot looked at, and whether they are all of what there is. */
export function coveredSections(snapshot: Snapshot): readonly Section[] {
  const covers: Section[] = [];
  for (const [listing, section] of LISTINGS) {
    const elements = snapshot[listing];
    if (elements !== undefined && !asArray(elements).some(isError)) covers.push(section);
  }
  for (const [part, section] of PARTS) if (snapshot[part] !== undefined) covers.push(section);
  const areAll = !snapshot.problems.some(({ section }) => section === 'processes');
  if (snapshot.processes !== undefined && areAll) covers.push('all-processes');
  const { mountsElsewhere } = snapshot;
  const areMountsSeen = snapshot.mounts?.every(({ isCovered }) => isCovered !== true) === true;
  const arePinsRead = !snapshot.problems.some(({ section }) => section === 'all-mounts');
  const areMountsKnown = areMountsSeen && arePinsRead && mountsElsewhere?.unread === 0;
  if (areMountsKnown && mountsElsewhere.list.every(({ pins }) => pins !== undefined)) covers.push('all-mounts');
  const { enabledFunctions, kprobeEvents, uprobeEvents, dynamicEvents } = boundedTracing(snapshot);
  if (enabledFunctions !== undefined) covers.push('function-hooks');
  if ([kprobeEvents, uprobeEvents, dynamicEvents].every((text) => text !== undefined)) covers.push('probe-events');
  // The processes of which the namespace is not known may be in as many.
  if (snapshot.netNamespaces?.unread !== 0) return covers;
  const { list } = snapshot.netNamespaces;
  if (list.every(({ net }) => net !== undefined)) covers.push('net-namespaces');
  const areAllRead = list.every(({ packets }) => packets !== undefined);
  if (snapshot.packetSockets !== undefined && areAllRead) covers.push('all-packet-sockets');
  return covers;
}

/** What tracefs said without what is too long: a capture may hold anything. */
export function boundedTracing({ tracing = {} }: Snapshot): Tracing {
  return Object.fromEntries(Object.entries(tracing).filter(([, text]) => text.length <= MAX_TRACING_CHARACTERS));
}

/** bpftool puts its error in the place of an answer, or after the elements that it had already printed. */
export function isError(element: Json): boolean {
  const object = asObject(element);
  return typeof object?.error === 'string' && object.id === undefined;
}
