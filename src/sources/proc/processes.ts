import { readdirSync, readFileSync } from 'node:fs';
import type { Process, SocketHolder } from '../../model/snapshot.ts';
import type { BoundedReads } from '../bounded-reads.ts';
import { isRefusal } from './attempt.ts';
import { DescriptorScan } from './descriptor-scan.ts';
import { HolderFacts } from './holder-facts.ts';
import { type HeldId, parseStatus, type Status } from './parse.ts';
import { ProcessTasks } from './process-tasks.ts';
import { SocketHolders } from './socket-holders.ts';
import { Turns } from './turns.ts';

/**
 * Links of /proc that are read in a walk that need not see everything. A readlink there costs some 15 µs here, and a
 * busy host has tens of thousands of descriptors.
 */
const LINKS_PER_PARTIAL_WALK = 500;

/** Links that are read in one look, whatever happens: any user may open millions of descriptors. */
export const LINKS_PER_LOOK = 100_000;

/** Descriptors of one process that are looked at before it is the turn of the next one. */
const PIECE = 25_000;

const NO_SOCKETS: ReadonlySet<number> = new Set();

/** A process that is being looked at. */
interface Visit {
  readonly scan: DescriptorScan;
  /** The news that there had been when it began. */
  readonly news: number;
}

export interface ProcessWalk {
  /** Processes that hold a BPF program, map or link open, by pid. */
  readonly processes: readonly Process[];
  /** Of the sockets that were asked for, who has them open, by inode. */
  readonly sockets: ReadonlyMap<number, readonly SocketHolder[]>;
  /**
   * Inode of the network namespace of each process when it was last looked at, by pid; null where that may not be read.
   * Threads that are in another one than their process are there by their own id, which /proc knows as well.
   */
  readonly netNamespaces: ReadonlyMap<number, number | null>;
  /** The same of the mount namespaces. */
  readonly mountNamespaces: ReadonlyMap<number, number | null>;
  /** Processes whose file descriptors could not be read for want of rights. */
  readonly refused: number;
  /** Processes whose descriptors were not all looked at since there may be news of them: the next looks go on. */
  readonly unfinished: readonly number[];
}

/**
 * Finds who holds BPF objects: the links of /proc/PID/fd tell which descriptors are of BPF, their fdinfo tells the ids.
 * Nothing is opened in or loaded into the kernel for it.
 */
export class ProcessWatch {
  readonly #root: string;
  readonly #facts: HolderFacts;
  readonly #turns: Turns;
  readonly #linksPerLook: number;
  readonly #holders = new Map<number, Process>();
  readonly #refused = new Set<number>();
  readonly #tasks: ProcessTasks;
  /** What holders have open whose files are to be looked at before the walk ends. */
  #undescribed = new Map<number, readonly HeldId[]>();
  readonly #sockets: SocketHolders;
  #known: ReadonlySet<number> = new Set();
  readonly #visits = new Map<number, Visit>();
  /** Processes that were not looked at as a whole since the last news. */
  readonly #unfinished = new Set<number>();
  #news = 0;
  /** Links that this look may still read. */
  #left = 0;
  /** The last pid of the slice that the previous partial walk looked at. */
  #cursor = 0;

  constructor(reads: BoundedReads, root = '/proc', linksPerLook = LINKS_PER_LOOK) {
    this.#root = root;
    this.#facts = new HolderFacts(reads, root);
    this.#turns = new Turns(root);
    this.#tasks = new ProcessTasks(root);
    this.#linksPerLook = linksPerLook;
    this.#sockets = new SocketHolders((pid) => this.#facts.ofSocket(pid, this.#tasks.folderOf(pid)));
  }

  /**
   * Begins a look: at every process (`all`, for when objects came or went), or at the known holders, the processes that are
   * new and a slice of the others, so that all are seen in turn. `excluded` pids (our own) are passed over. Processes
   * that end meanwhile are left out. Who has one of `sockets` (inodes) open is told as well; one that is new, or that
   * nobody has any more who had it, makes every process be looked at.
   */
  async walk(
    all: boolean,
    excluded: ReadonlySet<number>,
    sockets: ReadonlySet<number> = NO_SOCKETS,
  ): Promise<ProcessWalk> {
    this.#left = this.#linksPerLook;
    const isNews = this.#sockets.ask(sockets) || all;
    const pids = this.#follow(excluded);
    if (isNews) this.#noteNews(pids);
    const due = pids.filter((pid) => this.#unfinished.has(pid) || this.#holders.has(pid) || this.#visits.has(pid));
    this.#visitAll(due);
    if (!isNews) this.#visitSlice(pids, new Set(due));
    if (this.#sockets.hasLost && !isNews) {
      this.#noteNews(pids);
      this.#visitAll(pids);
    }
    return this.#end();
  }

  /**
   * Looks at every process again in the same look, as far as that may still read anything. What it does not get to is
   * unfinished where one of `sockets` is new, and was looked at before otherwise.
   */
  walkAgain(excluded: ReadonlySet<number>, sockets: ReadonlySet<number>): Promise<ProcessWalk> {
    const isNews = this.#sockets.ask(sockets);
    const pids = this.#follow(excluded);
    if (isNews) this.#noteNews(pids);
    this.#visitAll(pids);
    return this.#end();
  }

  /** The processes that there are now; those that ended are forgotten. */
  #follow(excluded: ReadonlySet<number>): readonly number[] {
    const pids = readdirSync(this.#root)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => !excluded.has(pid))
      .sort((a, b) => a - b);
    const alive = new Set(pids);
    for (const pid of this.#known) if (!alive.has(pid)) this.#forget(pid);
    for (const pid of pids) if (!this.#known.has(pid)) this.#expect(pid);
    this.#known = alive;
    return pids;
  }

  async #end(): Promise<ProcessWalk> {
    const undescribed = this.#undescribed;
    this.#undescribed = new Map();
    await Promise.all([...undescribed].map(([pid, held]) => this.#describe(pid, held)));
    return {
      processes: [...this.#holders.values()].sort((a, b) => a.pid - b.pid),
      sockets: await this.#sockets.all(),
      netNamespaces: this.#tasks.net,
      mountNamespaces: this.#tasks.mount,
      refused: this.#refused.size,
      unfinished: [...this.#unfinished],
    };
  }

  #expect(pid: number): void {
    this.#unfinished.add(pid);
    this.#tasks.expect(pid);
  }

  /** What was seen of any process may be old now. */
  #noteNews(pids: readonly number[]): void {
    this.#news += 1;
    for (const pid of pids) this.#unfinished.add(pid);
  }

  #visitAll(pids: readonly number[]): void {
    const queue = [...this.#turns.inOrder(pids)];
    // First of all the namespaces of those with few threads: no number of descriptors keeps them from being seen.
    const folders = new Map<number, readonly string[]>();
    for (const pid of queue) {
      if (this.#left > 0 && !this.#turns.hasManyThreads(pid)) folders.set(pid, this.#lookAtTasks(pid));
    }
    for (let pid = queue.shift(); pid !== undefined && this.#left > 0; pid = queue.shift()) {
      this.#visit(pid, folders.get(pid));
      if (this.#visits.has(pid)) queue.push(pid);
    }
  }

  #visitSlice(pids: readonly number[], done: ReadonlySet<number>): void {
    const start = pids.findIndex((pid) => pid > this.#cursor);
    const inTurn = start === -1 ? pids : [...pids.slice(start), ...pids.slice(0, start)];
    const end = this.#left - LINKS_PER_PARTIAL_WALK;
    for (const pid of inTurn) {
      if (this.#left <= Math.max(0, end)) return;
      if (!done.has(pid)) this.#visit(pid);
      this.#cursor = pid;
    }
  }

  /** Looks at a piece of a process, all of it mostly. What is known of it is replaced once all was looked at. */
  #visit(pid: number, folders?: readonly string[]): void {
    const { scan, news } = this.#visits.get(pid) ?? {
      scan: new DescriptorScan(folders ?? this.#lookAtTasks(pid)),
      news: this.#news,
    };
    this.#left -= scan.goOn(Math.min(this.#left, PIECE));
    const { isComplete, held } = scan;
    if (isComplete) {
      this.#drop(pid);
      this.#turns.took(pid);
      if (news === this.#news) this.#unfinished.delete(pid);
      if (scan.isRefused) this.#refused.add(pid);
    } else this.#visits.set(pid, { scan, news });
    for (const target of scan.sockets) this.#sockets.note(pid, target);
    if (isComplete) this.#undescribed.delete(pid);
    if (held.length > 0 && (isComplete || !this.#holders.has(pid))) this.#undescribed.set(pid, [...held]);
  }

  #lookAtTasks(pid: number): readonly string[] {
    const { folders, links } = this.#tasks.look(pid);
    this.#left -= links;
    return folders;
  }

  /** Adds a holder that is still there. */
  async #describe(pid: number, held: readonly HeldId[]): Promise<void> {
    try {
      this.#holders.set(pid, await this.#facts.ofProcess(pid, this.#tasks.folderOf(pid), held));
    } catch (error) {
      if (isRefusal(error)) this.#refused.add(pid);
    }
  }

  /** Drops what was seen to be open. */
  #drop(pid: number): void {
    this.#visits.delete(pid);
    this.#sockets.forget(pid);
    this.#holders.delete(pid);
    this.#refused.delete(pid);
  }

  #forget(pid: number): void {
    this.#drop(pid);
    this.#tasks.forget(pid);
    this.#unfinished.delete(pid);
    this.#turns.forget(pid);
  }
}

/** Effective uid and capabilities of this process. */
export function ownStatus(): Status {
  return parseStatus(readFileSync('/proc/self/status', 'utf8'));
}
