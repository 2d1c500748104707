import type { Json, JsonObject } from '../../model/json.ts';
import type { Snapshot } from '../../model/snapshot.ts';

interface Listed {
  readonly prog?: readonly JsonObject[];
  readonly map?: readonly JsonObject[];
  readonly link?: readonly JsonObject[];
}

/**
 * What bpftool itself made while it listed: with skeletons it loads an iterator (pids.c, pid_iter.bpf.c) and then finds
 * it in its own list. It is told by the pid of the bpftool that we started, never by a name, which anyone can take;
 * its links also by their program, since some builds of 7.3 give links no `pids` (fixed by libbpf/bpftool 3214350).
 * Undefined when there is none.
 */
export function ownObjects(listed: Listed, pids: readonly number[]): Snapshot['own'] | undefined {
  const isOwn = (element: JsonObject) => holderPids(element.pids).some((pid) => pids.includes(pid));
  const ids = (elements: readonly JsonObject[] | undefined) =>
    (elements ?? []).flatMap(({ id }) => (typeof id === 'number' ? id : []));
  const programs = ids(listed.prog?.filter(isOwn));
  const maps = ids(listed.map?.filter(isOwn));
  const links = ids(listed.link?.filter((link) => isOwn(link) || programs.some((program) => program === link.prog_id)));
  return programs.length + maps.length + links.length === 0 ? undefined : { programs, maps, links };
}

function holderPids(pids: Json | undefined): readonly number[] {
  const holders = Array.isArray(pids) ? (pids as readonly Json[]) : [];
  return holders.flatMap((holder) => {
    const pid = (holder as JsonObject | null)?.pid;
    return typeof pid === 'number' ? pid : [];
  });
}
