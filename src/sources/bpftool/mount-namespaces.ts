import { readFileSync, statSync } from 'node:fs';
import type { BpfMountElsewhere, PinElsewhere, Problem, Snapshot } from '../../model/snapshot.ts';
import { Recent } from '../../normalise/recent.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import { findExecutables } from '../find-executable.ts';
import { readBpfMountsOf } from '../proc/mount-namespaces.ts';
import { type ListedBpfMount, parseBpfMounts } from '../proc/mounts.ts';
import { runTool } from '../run-tool.ts';
import { FIND_FORMAT, type PinFile, type Pinned, parseFound, pinnedAt } from './find-pins.ts';

/** Namespaces whose mounts are read at each look in turn, although nothing says that they have changed: 0.1 ms each. */
const READ_IN_TURN = 16;

/** File systems that are looked into in one look: each costs 1 to 2 ms of CPU, the start of find. */
const MAX_SEARCHED = 32;

/** Looked into at each look in turn, although nothing says that anything has changed there. */
const SEARCHED_IN_TURN = 2;

/** Time, ms, that looking into file systems may take in one look. */
const SEARCH_MS = 4000;

/** Pins of one file system that are asked for; each that is new costs some ms, the start of bpftool. */
const MAX_PINS = 64;

/** Pins that are remembered. */
const REMEMBERED = 1024;

interface Known<T> {
  readonly value: T;
  /** The look that asked for it last. */
  readonly look: number;
}

/** A BPF file system, and where it can be reached. */
interface Place extends ListedBpfMount {
  readonly namespace: number;
  readonly pid: number;
}

export interface MountTools {
  /** Path of bpftool. */
  readonly bpftool: string;
  /** Where /proc is. */
  readonly proc?: string;
}

/**
 * Finds BPF file systems that are mounted in other mount namespaces alone, and what is pinned in them: bpftool sees those of its
 * own namespace only (build_pinned_obj_table in bpftool's common.c). The list of mounts of one process in each of the others
 * tells, and the files are reached by /proc/PID/root. They are looked for by find(1), which can be ended: a path of a container
 * may lead into a file system that never answers. What is remembered is asked for again in turn, and all of it when another
 * program has nothing that is seen to keep it. Not seen is one that only a descriptor leads to (fsmount(2)).
 */
export class MountWatch {
  readonly #bpftool: string;
  readonly #proc: string;
  readonly #find = findExecutables('find')[0] ?? null;
  /** By namespace; null where its processes do not show all of it. */
  readonly #mounts = new Map<number, Known<readonly ListedBpfMount[] | null>>();
  /** By device; null where it could not be looked into. */
  readonly #searched = new Map<string, Known<readonly PinElsewhere[] | null>>();
  readonly #pins = new Recent<Pinned>(REMEMBERED);
  #unkept: ReadonlySet<unknown> = new Set();
  #looks = 0;

  constructor({ bpftool, proc = '/proc' }: MountTools) {
    this.#bpftool = bpftool;
    this.#proc = proc;
  }

  /** `byPid` are the mount namespaces of processes, `unkept` the programs that nothing is seen to keep. */
  async look(
    byPid: ReadonlyMap<number, number | null>,
    unkept: readonly unknown[],
    signal: AbortSignal,
    problems: Problem[],
  ): Promise<NonNullable<Snapshot['mountsElsewhere']>> {
    this.#looks += 1;
    const isNews = unkept.some((id) => !this.#unkept.has(id));
    this.#unkept = new Set(unkept);
    const namespaces = this.#group(byPid);
    this.#readMounts(namespaces, isNews);
    const places = this.#places(namespaces);
    // What never answers is not waited for: what was not looked into by then is told.
    await this.#search(places, isNews, AbortSignal.any([signal, AbortSignal.timeout(SEARCH_MS)]));
    const list = [...places.values()].flatMap((place) => this.#told(place, namespaces.get(place.namespace) ?? []));
    const unseen = [...this.#mounts.values()].filter(({ value }) => value === null).length;
    const unread = unseen + [...byPid.values()].filter((inode) => inode === null).length;
    complain(list, unread, problems);
    return { list, unread };
  }

  /** The processes of each namespace that is not ours, by inode. */
  #group(byPid: ReadonlyMap<number, number | null>): ReadonlyMap<number, readonly number[]> {
    const own = statSync(`${this.#proc}/self/ns/mnt`).ino;
    const found = new Map<number, number[]>();
    for (const [pid, inode] of byPid) {
      if (inode === null || inode === own) continue;
      const pids = found.get(inode) ?? [];
      found.set(inode, pids);
      pids.push(pid);
    }
    return found;
  }

  #readMounts(namespaces: ReadonlyMap<number, readonly number[]>, isNews: boolean): void {
    for (const inode of this.#mounts.keys()) if (!namespaces.has(inode)) this.#mounts.delete(inode);
    for (const inode of due(namespaces, this.#mounts, isNews, READ_IN_TURN)) {
      const mounts = readBpfMountsOf(this.#proc, inode, namespaces.get(inode) ?? []);
      if (mounts === null) continue;
      this.#mounts.set(inode, { value: mounts === 'unseen' ? null : mounts, look: this.#looks });
    }
  }

  /** The BPF file systems that we do not see, by device. */
  #places(namespaces: ReadonlyMap<number, readonly number[]>): ReadonlyMap<string, Place> {
    const own = this.#own();
    const places = new Map<string, Place>();
    for (const [namespace, { value }] of this.#mounts) {
      const [pid = 0] = namespaces.get(namespace) ?? [];
      for (const mount of value ?? []) {
        if (own.includes(mount.device) || places.has(mount.device)) continue;
        places.set(mount.device, { ...mount, namespace, pid });
      }
    }
    return places;
  }

  /** Devices of those that we see: one that another is mounted over is not. */
  #own(): readonly string[] {
    const mounts = parseBpfMounts(textOfPath(readFileSync(`${this.#proc}/self/mountinfo`)));
    const last = new Map(mounts.map(({ path, device }) => [path, device]));
    return [...last.values()];
  }

  async #search(places: ReadonlyMap<string, Place>, isNews: boolean, signal: AbortSignal): Promise<void> {
    for (const device of this.#searched.keys()) {
      // What was seen before a program lost its last keeper says nothing of what keeps it now.
      if (isNews || !places.has(device)) this.#searched.delete(device);
    }
    for (const device of due(places, this.#searched, false, SEARCHED_IN_TURN).slice(0, MAX_SEARCHED)) {
      const place = places.get(device);
      if (place === undefined) continue;
      const value = signal.aborted ? null : await this.#pinsIn(place, signal);
      this.#searched.set(device, { value, look: this.#looks });
    }
  }

  async #pinsIn({ device, pid, path }: Place, signal: AbortSignal): Promise<readonly PinElsewhere[] | null> {
    if (this.#find === null) return null;
    const start = `${this.#proc}/${pid}/root${path}/`;
    const args = [start, '-xdev', '-printf', FIND_FORMAT];
    const result = await runTool(this.#find, args, { signal, timeoutMs: 2000 });
    const files = result.code === 0 ? parseFound(textOfPath(result.stdout), device) : null;
    if (files === null || files.length > MAX_PINS) return null;
    const pins: PinElsewhere[] = [];
    for (const file of files) {
      const pin = await this.#pinAt(device, start, file, signal);
      if (pin === null) return null;
      if (pin !== 'nothing') pins.push({ ...pin, path: `${path}/${file.path}` });
    }
    return pins;
  }

  async #pinAt(device: string, start: string, { inode, path }: PinFile, signal: AbortSignal) {
    const key = `${device} ${inode}`;
    const pin = this.#pins.get(key) ?? (await pinnedAt(this.#bpftool, start + path, signal));
    if (pin !== null) this.#pins.set(key, pin);
    return pin;
  }

  #told({ device, namespace, pid, path, options }: Place, pids: readonly number[]): readonly BpfMountElsewhere[] {
    const pins = this.#searched.get(device)?.value ?? null;
    // It may be that it has ended with its processes.
    if (pins === null && readBpfMountsOf(this.#proc, namespace, pids) === null) return [];
    let comm = '';
    try {
      comm = textOfPath(readFileSync(`${this.#proc}/${pid}/comm`)).replace(/\n$/, '');
    } catch {
      // This one did.
    }
    return [{ namespace, pid, comm, path, options, ...(pins === null ? {} : { pins }) }];
  }
}

/** Those to ask for: all that are not known (or `all`), and a few more in turn. */
function due<K>(
  found: ReadonlyMap<K, unknown>,
  known: ReadonlyMap<K, Known<unknown>>,
  all: boolean,
  inTurn: number,
): readonly K[] {
  const lookOf = (key: K): number => known.get(key)?.look ?? 0;
  const keys = [...found.keys()].sort((a, b) => lookOf(a) - lookOf(b));
  if (all) return keys;
  const unknown = keys.filter((key) => !known.has(key));
  return [...unknown, ...keys.slice(unknown.length, unknown.length + inTurn)];
}

function complain(list: readonly BpfMountElsewhere[], unread: number, problems: Problem[]): void {
  const lost = 'what is pinned there is not known';
  const missing = list.filter(({ pins }) => pins === undefined);
  const [first] = missing;
  if (first !== undefined) {
    const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
    const message = `the BPF file system ${first.path} in the mount namespace of process ${first.pid}${others} ${missing.length > 1 ? 'were' : 'was'} not looked into: ${lost}`;
    problems.push({ section: 'all-mounts', message });
  }
  if (unread > 0) {
    problems.push({
      section: 'all-mounts',
      message: `the mounts of ${unread} processes may not be read, or not all of them: ${lost}`,
    });
  }
}
