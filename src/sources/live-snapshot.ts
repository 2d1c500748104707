import type { Json, JsonObject } from '../model/json.ts';
import type { Problem, Process, Snapshot } from '../model/snapshot.ts';
import { append } from '../text/lists.ts';
import { lookAtAudit } from './audit-look.ts';
import { BoundedReads } from './bounded-reads.ts';
import { CgroupWatch } from './bpftool/cgroup-watch.ts';
import { collect, type Listed } from './bpftool/collect.ts';
import { dumpContents, isConfig, isWatched } from './bpftool/contents.ts';
import { EntryCounts } from './bpftool/entry-counts.ts';
import type { Bpftool } from './bpftool/find.ts';
import { HelperCache } from './bpftool/helper-cache.ts';
import { MountWatch } from './bpftool/mount-namespaces.ts';
import { NamespaceWatch } from './bpftool/net-namespaces.ts';
import { ownObjects } from './bpftool/own.ts';
import { PerfListing, withPerf } from './bpftool/perf-listing.ts';
import { ProgramIdMark } from './bpftool/program-ids.ts';
import { unkeptPrograms } from './bpftool/program-state.ts';
import { type Listing, PinSearch, runListings } from './bpftool/run.ts';
import { StructOpsNames } from './bpftool/struct-ops.ts';
import { type SymbolLook, SymbolWatch } from './bpftool/symbol-watch.ts';
import { FunctionNames } from './btf/function-names.ts';
import { PacketWatch } from './packet-watch.ts';
import { readHostIdentity } from './proc/host-name.ts';
import { readBpfMounts } from './proc/mounts.ts';
import { ProcessWatch } from './proc/processes.ts';
import { readSettings } from './proc/settings.ts';
import { readPersistedSettings } from './proc/sysctl-files.ts';
import { readTracing } from './proc/tracing.ts';
import { processProblems } from './process-problems.ts';

export interface ObserverOptions {
  readonly bpftool: Bpftool;
  /** Path of auditctl, or null when there is none. */
  readonly auditctl: string | null;
  /** Path of nsenter, or null when there is none. */
  readonly nsenter: string | null;
  /** Path of ss, or null when there is none. */
  readonly ss: string | null;
  /** Whether the cgroup tree is walked at each look. */
  readonly cgroups: boolean;
  readonly watchConfigMaps: boolean;
  readonly countEntries: boolean;
  /** The audit log that is followed beside this, or null: that it is not there is a problem of each look. */
  readonly auditLog: string | null;
  readonly now: () => number;
}

/** One look at the live host, and how many bytes bpftool printed for it. */
export interface Look {
  readonly snapshot: Snapshot;
  readonly bytes: number;
}

/** What is asked for at once at each look. */
const LISTED: readonly Listing[] = ['prog', 'map', 'link', 'net'];

/**
 * Looks at the live host again and again. Between looks it remembers the helpers of programs that it has dumped, the
 * names of functions and the highest program id; what costs much and seldom changes is looked at when it may have
 * changed; everything else is read anew. What cannot be looked at is a problem of that snapshot.
 */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #helpers: HelperCache;
  readonly #functions: FunctionNames;
  readonly #programIds = new ProgramIdMark();
  readonly #cgroups: CgroupWatch;
  readonly #entries: EntryCounts;
  readonly #structOps: StructOpsNames;
  readonly #symbols = new SymbolWatch();
  readonly #reads = new BoundedReads();
  readonly #pins = new PinSearch();
  readonly #perf: PerfListing;
  readonly #processes = new ProcessWatch(this.#reads);
  readonly #namespaces: NamespaceWatch;
  readonly #packets: PacketWatch;
  readonly #mounts: MountWatch;
  #objects = '';

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#helpers = new HelperCache(options.bpftool.path);
    this.#cgroups = new CgroupWatch(options.cgroups);
    this.#entries = new EntryCounts(options.bpftool.path);
    this.#structOps = new StructOpsNames(options.bpftool.path);
    this.#functions = new FunctionNames(options.bpftool.path);
    this.#mounts = new MountWatch({ bpftool: options.bpftool.path });
    this.#namespaces = new NamespaceWatch({ bpftool: options.bpftool.path, nsenter: options.nsenter });
    this.#perf = new PerfListing(options.bpftool.path);
    this.#packets = new PacketWatch(this.#namespaces, options.ss);
  }

  /** Takes a snapshot; its time is that of the end of the listings. After `signal` aborted it is incomplete. */
  async look(signal: AbortSignal): Promise<Look> {
    const { bpftool, auditctl, auditLog, now } = this.#options;
    const problems: Problem[] = [];
    const batch = await runListings(bpftool.path, LISTED, signal, this.#pins);
    const listings = withPerf(batch, await this.#perf.ask(signal));
    if (!this.#pins.isOn) {
      const message =
        'pins were not collected: bpftool waits for a file system that does not answer; next try after 10 min';
      problems.push({ section: 'all-mounts', message });
    }
    const time = now();
    const settings = readSettings();
    const listed = collect(listings, problems);
    const own = ownObjects(listed, listings.pids);
    const programs = listed.prog?.filter(({ id }) => !own?.programs.some((each) => each === id));
    const helpers = programs && (await this.#helpers.read(programs, signal, problems));
    const symbols = programs && (await this.#lookForSymbols({ programs, time, settings }, signal, problems));
    const btfFunctions = await this.#functions.read(listed, signal, problems);
    const contents = await this.#contents(listed.map ?? [], signal, problems);
    const { countEntries } = this.#options;
    const entries = countEntries && listed.map ? await this.#entries.read(listed.map, signal) : null;
    const structOps = await this.#structOps.read(listed.map ?? [], signal, problems);
    const audit = await lookAtAudit(auditctl, auditLog, signal, problems);
    const mounts = await readBpfMounts(this.#reads);
    const excluded = new Set([process.pid, ...listings.pids]);
    const walk = await this.#processes.walk(this.#haveChanged(listed), excluded, this.#packets.begin());
    const { processes } = walk;
    const tree = await this.#tree(listed, processes, time, signal, problems);
    const namespaces = await this.#namespaces.look(listed, walk, signal, problems);
    let last = walk;
    const walkAgain = async (inodes: ReadonlySet<number>) => {
      last = await this.#processes.walkAgain(excluded, inodes);
      return last.sockets;
    };
    const packets = await this.#packets.finish(namespaces, walk.sockets, walkAgain, signal);
    append(problems, processProblems(last));
    const unkept = unkeptPrograms(listed, processes);
    const mountsElsewhere = await this.#mounts.look(walk.mountNamespaces, unkept, signal, problems);
    const tracing = readTracing(problems);
    for (const { object, reason } of this.#reads.takeUnread()) {
      problems.push({ section: 'processes', message: `${object} was not read: ${reason}` });
    }
    const snapshot: Snapshot = {
      time,
      ...readHostIdentity(),
      bpftoolVersion: bpftool.version,
      ...listed,
      ...tree?.listed,
      ...(helpers && { helpers }),
      ...(btfFunctions && { btfFunctions }),
      ...(contents && { contents }),
      ...(entries && { entries }),
      ...(structOps && { structOps }),
      ...(symbols && { symbols }),
      ...(tracing && { tracing }),
      ...packets,
      processes,
      settings,
      ...audit,
      ...(mounts && { mounts }),
      mountsElsewhere,
      persisted: readPersistedSettings(problems),
      observer: { pid: process.pid },
      ...(own && { own }),
      problems,
      extra: this.#extra(listed.prog, problems),
    };
    return { snapshot, bytes: listings.bytes + (tree?.bytes ?? 0) };
  }

  /** Objects that came or went have holders that came or went: then every process is looked at. */
  #haveChanged({ prog, map, link }: Listed): boolean {
    const objects = [prog, map, link].map((elements) => elements?.map(({ id }) => id).join(' ')).join('|');
    const changed = objects !== this.#objects;
    this.#objects = objects;
    return changed;
  }

  async #tree(
    listed: Listed,
    processes: readonly Process[],
    time: number,
    signal: AbortSignal,
    problems: Problem[],
  ): Promise<{ readonly listed: Listed; readonly bytes: number } | null> {
    if (!this.#cgroups.isDue(listed, processes, time)) return null;
    const listings = await runListings(this.#options.bpftool.path, ['cgroup'], signal, this.#pins);
    const tree = collect(listings, problems);
    // A cgroup that is removed meanwhile ends the whole of it (do_show_tree_fn in bpftool's cgroup.c).
    const isWhole = listings.answers.get('cgroup')?.errors.length === 0;
    if (isWhole) this.#cgroups.walked(tree.cgroup ?? [], time);
    else this.#cgroups.failed();
    const broken = { cgroup: [...(tree.cgroup ?? []), { error: 'it broke off' }] };
    return { listed: isWhole ? tree : broken, bytes: listings.bytes };
  }

  #lookForSymbols(
    look: Pick<SymbolLook, 'programs' | 'time' | 'settings'>,
    signal: AbortSignal,
    problems: Problem[],
  ): Promise<Snapshot['symbols']> {
    const subprograms = (program: JsonObject) => this.#helpers.subprograms(program);
    const idsNow = async () => {
      const { answers } = await runListings(this.#options.bpftool.path, ['prog'], signal, this.#pins);
      const listed = answers.get('prog')?.elements ?? null;
      return listed && new Set(listed.map(({ id }) => id));
    };
    return this.#symbols.look({ ...look, subprograms, idsNow }, problems);
  }

  async #contents(
    maps: readonly JsonObject[],
    signal: AbortSignal,
    problems: Problem[],
  ): Promise<Snapshot['contents'] | null> {
    if (!this.#options.watchConfigMaps) return null;
    const ids = maps.filter(isWatched).flatMap(({ id }) => (typeof id === 'number' ? id : []));
    for (const { id, name } of maps.filter((map) => isConfig(map) && !isWatched(map))) {
      problems.push({
        section: 'maps',
        message: `the entries of map ${id} (${name}) are too many or too wide to be watched`,
      });
    }
    return dumpContents(this.#options.bpftool.path, ids, signal);
  }

  #extra(programs: readonly JsonObject[] | undefined, problems: Problem[]): { readonly [key: string]: Json } {
    const { skeletons } = this.#options.bpftool;
    const extra = { bpftool: { skeletons } };
    if (skeletons !== false) {
      const why = skeletons ? 'loads programs of its own at each listing' : 'does not say whether it loads programs';
      problems.push({ section: 'programs', message: `short-lived programs cannot be told: this bpftool ${why}` });
      return extra;
    }
    return { ...extra, ...(programs && { programIds: this.#programIds.note(programs) }) };
  }
}
