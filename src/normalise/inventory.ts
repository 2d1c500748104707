import type { Inventory } from '../model/inventory.ts';
import type { Section, Snapshot } from '../model/snapshot.ts';
import { boundedTracing, coveredSections } from './covered-sections.ts';
import { decodeListings } from './decode-listings.ts';
import { decodePacketSockets } from './decode-packet-sockets.ts';
import { asCount, asObject } from './decode-value.ts';
import { firstSeen, kernelHooks } from './hooks/owners.ts';
import { SectionMemo } from './section-memo.ts';
import { type SavedLook, unlistedObjects } from './unlisted.ts';

export interface DecodedInventory {
  readonly inventory: Inventory;
  /** One sentence for each element that could not be decoded, with the start of it. */
  readonly malformed: readonly string[];
  /** Sections that hold two objects with one id: `covers` has them still, and no verdict may rest on them. */
  readonly doubted: readonly Section[];
}

/**
 * Decodes what bpftool and /proc showed at one moment, whichever version of bpftool it was. Objects of our own
 * (`snapshot.own`) are left out. A listing that holds bpftool's `{"error": ...}` is incomplete: what it lists is
 * decoded, but the section is not in `covers`. Ids ascend; elements with one id are kept beside each other (given-twice.ts).
 * `memo` has what was made of the snapshot before: parts that are the same object are not decoded again.
 */
export function toInventory(snapshot: Snapshot, memo = new SectionMemo()): DecodedInventory {
  const { programs, maps, attachments, malformed, doubted } = decodeListings(snapshot, memo);
  const { processes, capabilities } = memo.of('processes', [snapshot.processes, snapshot.observer?.pid], () =>
    othersProcesses(snapshot),
  );
  const covers = coveredSections(snapshot);
  const tracing = memo.of('tracing', [snapshot.tracing], () => boundedTracing(snapshot));
  const areCgroups = covers.includes('cgroups');
  const areAll = covers.includes('links') && covers.includes('perf');
  const inventory: Inventory = {
    time: snapshot.time,
    host: snapshot.host,
    boot: snapshot.boot,
    covers,
    fresh: covers,
    programs,
    maps,
    attachments,
    processes,
    capabilities,
    settings: snapshot.settings ?? {},
    audit: snapshot.audit ?? null,
    auditRules: snapshot.auditRules ?? [],
    mounts: snapshot.mounts ?? [],
    mountsElsewhere: snapshot.mountsElsewhere?.list ?? [],
    persisted: snapshot.persisted ?? [],
    packetSockets: decodePacketSockets(snapshot),
    kernelHooks: memo
      .of('hooks', [tracing, attachments, programs, areAll, areCgroups], () =>
        kernelHooks(tracing, { attachments, programs, areAll, areCgroups }),
      )
      .map((hook) => ({ ...hook, ...firstSeen(hook, snapshot.time) })),
    unlisted: [],
    unlistedSymbols: null,
    unkept: [],
    ...programIds(snapshot),
  };
  const { own } = snapshot;
  const seen = [
    programs,
    maps,
    attachments,
    processes,
    covers.join(),
    JSON.stringify(own),
    JSON.stringify(savedAs(snapshot)),
  ];
  const unlisted = memo.of('unlisted', seen, () => unlistedObjects(inventory, own, [], snapshot));
  return { inventory: { ...inventory, unlisted }, malformed, doubted };
}

function savedAs({ origins, wholeListings }: Snapshot): SavedLook {
  return { ...(origins && { origins }), ...(wholeListings && { wholeListings }) };
}

function othersProcesses({ processes = [], observer }: Snapshot): Pick<Inventory, 'processes' | 'capabilities'> {
  const others = processes.filter(({ pid }) => pid !== observer?.pid);
  return {
    processes: others,
    capabilities: others.map(({ pid, comm, capabilities }) => ({ pid, comm, capabilities })),
  };
}

/** The live source's note on program ids (`extra.programIds`), where it could keep one. */
function programIds(snapshot: Snapshot): Pick<Inventory, 'programIds'> {
  const note = asObject(snapshot.extra?.programIds);
  const highest = asCount(note?.highest);
  return highest === null ? {} : { programIds: { highest, exact: note?.exact === true } };
}
