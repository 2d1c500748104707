import type { Owner } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { Process, Snapshot } from '../model/snapshot.ts';
import { asCount, asObjects, asText } from './decode-value.ts';

export type ObjectKind = 'program' | 'map' | 'link';

/** Who holds which object, from the file descriptors of all processes and from bpftool's own `pids`. */
export interface Owners {
  /** Holders of one object, by pid; `pids` is the field of that name in bpftool's element. */
  of(kind: ObjectKind, id: number, pids: Json | undefined): readonly Owner[];
  /** The comm of a process, empty when it is not known. */
  comm(pid: number): string;
}

/** Indexes the processes of a snapshot by the objects that they hold. The observer itself owns nothing. */
export function indexOwners(snapshot: Snapshot): Owners {
  const processes = (snapshot.processes ?? []).filter((process) => process.pid !== snapshot.observer?.pid);
  const comms = new Map(processes.map((process) => [process.pid, process.comm]));
  const holders: { readonly [kind in ObjectKind]: ReadonlyMap<number, readonly Owner[]> } = {
    program: byObject(processes, (process) => process.programIds),
    map: byObject(processes, (process) => process.mapIds),
    link: byObject(processes, (process) => process.linkIds),
  };
  return {
    comm: (pid) => comms.get(pid) ?? '',
    of(kind, id, pids) {
      const owners = new Map<number, Owner>();
      for (const element of asObjects(pids)) {
        const pid = asCount(element.pid);
        if (pid === null || pid === snapshot.observer?.pid) continue;
        owners.set(pid, { pid, comm: comms.get(pid) ?? asText(element.comm) ?? '' });
      }
      for (const owner of holders[kind].get(id) ?? []) owners.set(owner.pid, owner);
      return [...owners.values()].sort((a, b) => a.pid - b.pid);
    },
  };
}

function byObject(
  processes: readonly Process[],
  idsOf: (process: Process) => readonly number[],
): ReadonlyMap<number, readonly Owner[]> {
  const holders = new Map<number, Owner[]>();
  for (const process of processes) {
    const owner = { pid: process.pid, comm: process.comm };
    for (const id of idsOf(process)) {
      const known = holders.get(id);
      if (known) known.push(owner);
      else holders.set(id, [owner]);
    }
  }
  return holders;
}
