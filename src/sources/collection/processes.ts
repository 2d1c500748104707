import type { Process } from '../../model/snapshot.ts';
import { parseFdinfo, parseStartTime, parseStatus } from '../proc/parse.ts';

/** What a collection kept of /proc/PID. */
export interface ProcessTexts {
  readonly pid: number;
  status: string | null;
  comm: string | null;
  stat: string | null;
  /** One text for each descriptor. */
  readonly fdinfo: string[];
}

/**
 * The processes that hold BPF objects open. Only fdinfo tells that: null where the collection has none of it, so that
 * nobody takes what was not collected for what was not there.
 */
export function processesOf(texts: readonly ProcessTexts[]): readonly Process[] | null {
  if (texts.every(({ fdinfo }) => fdinfo.length === 0)) return null;
  return texts
    .map(processOf)
    .filter(({ programIds, mapIds, linkIds }) => programIds.length + mapIds.length + linkIds.length > 0)
    .sort((a, b) => a.pid - b.pid);
}

function processOf({ pid, status, comm, stat, fdinfo }: ProcessTexts): Process {
  const { uid, capabilities } = parseStatus(status ?? '');
  const named = comm?.replace(/\n$/, '') ?? /^Name:\t(.*)$/m.exec(status ?? '')?.[1] ?? '';
  return {
    pid,
    comm: named,
    exe: null,
    uid,
    capabilities,
    startTime: stat === null ? null : parseStartTime(stat),
    ...idsOf(fdinfo),
  };
}

/** A link's fdinfo also names its program, so what kind of descriptor it is shows in what only that kind has. */
function idsOf(fdinfo: readonly string[]): Pick<Process, 'programIds' | 'mapIds' | 'linkIds'> {
  const ids = { program: new Set<number>(), map: new Set<number>(), link: new Set<number>() };
  for (const text of fdinfo) {
    const kind = /^link_id:/m.test(text) ? 'link' : /^map_id:/m.test(text) ? 'map' : 'program';
    const held = parseFdinfo(kind, text);
    if (held !== null) ids[held.kind].add(held.id);
  }
  const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
  return { programIds: sorted(ids.program), mapIds: sorted(ids.map), linkIds: sorted(ids.link) };
}
