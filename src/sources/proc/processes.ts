import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Process, SocketHolder } from '../../model/snapshot.ts';
import { readLink } from '../../system/names.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import type { BoundedReads } from '../bounded-reads.ts';
import { ExeFiles } from './exe-file.ts';
import { exeOrigin } from './exe-origin.ts';
import { mountNamespaceOf } from './mount-namespaces.ts';
import { netNamespaceOf } from './net-namespaces.ts';
import {
  type HeldId,
  kindOfFd,
  parseCgroup,
  parseCmdline,
  parseFdinfo,
  parseStartTime,
  parseStatus,
  type Status,
} from './parse.ts';
import { SocketHolders } from './socket-holders.ts';

/**
 * File descriptors looked at in a walk that need not see everything. A readlink in /proc costs some 15 µs here, and a
 * busy host has tens of thousands of descriptors.
 */
const FDS_PER_PARTIAL_WALK = 500;

const NO_SOCKETS: ReadonlySet<number> = new Set();

/** A process that has BPF objects open. */
interface Undescribed {
  readonly pid: number;
  readonly held: readonly HeldId[];
}

export interface ProcessWalk {
  /** Processes that hold a BPF program, map or link open, by pid. */
  readonly processes: readonly Process[];
  /** Of the sockets that were asked for, who has them open, by inode. */
  readonly sockets: ReadonlyMap<number, readonly SocketHolder[]>;
  /** Inode of the network namespace of each process when it was last looked at, by pid; null where that may not be read. */
  readonly netNamespaces: ReadonlyMap<number, number | null>;
  /** The same of the mount namespaces. */
  readonly mountNamespaces: ReadonlyMap<number, number | null>;
  /** Processes whose file descriptors could not be read for want of rights. */
  readonly refused: number;
}

/**
 * Finds who holds BPF objects: the links of /proc/PID/fd tell which descriptors are of BPF, their fdinfo tells the ids.
 * Nothing is opened in or loaded into the kernel for it.
 */
export class ProcessWatch {
  readonly #root: string;
  readonly #holders = new Map<number, Process>();
  readonly #refused = new Set<number>();
  readonly #netNamespaces = new Map<number, number | null>();
  readonly #mountNamespaces = new Map<number, number | null>();
  readonly #exeFiles = new ExeFiles();
  readonly #reads: BoundedReads;
  /** Holders whose files are to be looked at before the walk ends. */
  #undescribed: Undescribed[] = [];
  readonly #sockets: SocketHolders;
  #known: ReadonlySet<number> = new Set();
  /** The last pid of the slice that the previous partial walk looked at. */
  #cursor = 0;

  constructor(reads: BoundedReads, root = '/proc') {
    this.#reads = reads;
    this.#root = root;
    this.#sockets = new SocketHolders((pid) => this.#describeHolder(pid));
  }

  /**
   * Looks at every process (`all`, for when objects came or went), or at the known holders, the processes that are
   * new and a slice of the others, so that all are seen in turn. `excluded` pids (our own) are passed over. Processes
   * that end meanwhile are left out. Who has one of `sockets` (inodes) open is told as well; one that is new, or that
   * nobody has any more who had it, makes every process be looked at.
   */
  async walk(
    all: boolean,
    excluded: ReadonlySet<number>,
    sockets: ReadonlySet<number> = NO_SOCKETS,
  ): Promise<ProcessWalk> {
    const isNews = this.#sockets.ask(sockets);
    const pids = readdirSync(this.#root)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => !excluded.has(pid))
      .sort((a, b) => a - b);
    const alive = new Set(pids);
    for (const pid of this.#known) if (!alive.has(pid)) this.#forget(pid);
    const due = pids.filter((pid) => all || isNews || this.#holders.has(pid) || !this.#known.has(pid));
    for (const pid of due) this.#visit(pid);
    if (!all && !isNews) this.#visitSlice(pids, new Set(due));
    if (this.#sockets.hasLost && due.length < pids.length) for (const pid of pids) this.#visit(pid);
    this.#known = alive;
    const undescribed = this.#undescribed;
    this.#undescribed = [];
    await Promise.all(undescribed.map((holder) => this.#describe(holder)));
    return {
      processes: [...this.#holders.values()].sort((a, b) => a.pid - b.pid),
      sockets: await this.#sockets.all(),
      netNamespaces: this.#netNamespaces,
      mountNamespaces: this.#mountNamespaces,
      refused: this.#refused.size,
    };
  }

  #visitSlice(pids: readonly number[], done: ReadonlySet<number>): void {
    const start = pids.findIndex((pid) => pid > this.#cursor);
    const inTurn = start === -1 ? pids : [...pids.slice(start), ...pids.slice(0, start)];
    let fds = 0;
    for (const pid of inTurn) {
      if (fds >= FDS_PER_PARTIAL_WALK) return;
      if (!done.has(pid)) fds += this.#visit(pid);
      this.#cursor = pid;
    }
  }

  /** Looks at one process and gives the number of its descriptors, 1 at least. */
  #visit(pid: number): number {
    const directory = `${this.#root}/${pid}`;
    this.#forget(pid);
    const netNamespace = netNamespaceOf(this.#root, pid);
    if (netNamespace !== undefined) this.#netNamespaces.set(pid, netNamespace);
    const mountNamespace = mountNamespaceOf(this.#root, pid);
    if (mountNamespace !== undefined) this.#mountNamespaces.set(pid, mountNamespace);
    try {
      const fds = readdirSync(`${directory}/fd`);
      const held = fds.flatMap((fd) => {
        const target = attempt(() => readlinkSync(`${directory}/fd/${fd}`)) ?? '';
        this.#sockets.note(pid, target);
        return heldId(directory, fd, target) ?? [];
      });
      if (held.length > 0) this.#undescribed.push({ pid, held });
      return Math.max(1, fds.length);
    } catch (error) {
      if (isRefusal(error)) this.#refused.add(pid);
      return 1;
    }
  }

  /** Adds a holder that is still there. */
  async #describe({ pid, held }: Undescribed): Promise<void> {
    const directory = `${this.#root}/${pid}`;
    try {
      const process = describe(directory, pid, held);
      const [cmdline, exeFile] = await Promise.all([
        // Never of a file (FOLL_ANON in get_mm_cmdline(), fs/proc/base.c, since Linux 4.17), but its lock may be held.
        this.#read(pid, `the arguments of process ${pid} (${process.comm})`, () => readFile(`${directory}/cmdline`)),
        this.#read(pid, `the executable of process ${pid} (${process.comm})`, () => this.#exeFiles.of(directory)),
      ]);
      this.#holders.set(pid, {
        ...process,
        cmdline: parseCmdline(textOfPath(cmdline ?? new Uint8Array())),
        exeSha256: exeFile?.sha256 ?? null,
        exeUid: exeFile?.uid ?? null,
        exeMode: exeFile?.mode ?? null,
      });
    } catch (error) {
      if (isRefusal(error)) this.#refused.add(pid);
    }
  }

  async #describeHolder(pid: number): Promise<SocketHolder> {
    const directory = `${this.#root}/${pid}`;
    const comm = attempt(() => textOf(`${directory}/comm`).replace(/\n$/, '')) ?? '';
    const exe = attempt(() => readLink(`${directory}/exe`));
    if (exe === null) return { pid, comm, exe };
    const object = `the executable of process ${pid} (${comm})`;
    const origin = await this.#read(pid, `${object}, as the host has it`, () => exeOrigin(this.#root, directory, exe));
    return { pid, comm, exe, ...(origin ?? { exeUid: null, exeMode: null, exeIsHosts: null }) };
  }

  #read<T>(pid: number, object: string, read: () => Promise<T>): Promise<T | null> {
    const hasEnded = () => attempt(() => readlinkSync(`${this.#root}/${pid}/exe`)) === null;
    return this.#reads.of(object, read, hasEnded);
  }

  #forget(pid: number): void {
    this.#sockets.forget(pid);
    this.#holders.delete(pid);
    this.#netNamespaces.delete(pid);
    this.#mountNamespaces.delete(pid);
    this.#refused.delete(pid);
  }
}

/** Effective uid and capabilities of this process. */
export function ownStatus(): Status {
  return parseStatus(readFileSync('/proc/self/status', 'utf8'));
}

function heldId(directory: string, fd: string, target: string): HeldId | null {
  const kind = kindOfFd(target);
  if (kind === null) return null;
  const fdinfo = attempt(() => readFileSync(`${directory}/fdinfo/${fd}`, 'utf8'));
  return fdinfo === null ? null : parseFdinfo(kind, fdinfo);
}

/** What /proc itself knows of a process: none of it is on another file system. */
function describe(directory: string, pid: number, held: readonly HeldId[]): Process {
  const idsOf = (kind: HeldId['kind']) =>
    [...new Set(held.filter((one) => one.kind === kind).map(({ id }) => id))].sort((a, b) => a - b);
  const { uid, capabilities } = parseStatus(readFileSync(`${directory}/status`, 'utf8'));
  return {
    pid,
    comm: textOf(`${directory}/comm`).replace(/\n$/, ''),
    exe: attempt(() => readLink(`${directory}/exe`)),
    uid,
    capabilities,
    startTime: parseStartTime(readFileSync(`${directory}/stat`, 'utf8')),
    cgroup: parseCgroup(attempt(() => textOf(`${directory}/cgroup`)) ?? ''),
    programIds: idsOf('program'),
    mapIds: idsOf('map'),
    linkIds: idsOf('link'),
  };
}

/** Names in /proc are bytes: a process may have any but NUL in its name and its arguments. */
function textOf(path: string): string {
  return textOfPath(readFileSync(path));
}

/** Null where the file went away meanwhile or may not be read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'EACCES' || code === 'EPERM';
}
