import type { JsonObject } from '../../model/json.ts';
import type { NetNamespace, Problem } from '../../model/snapshot.ts';
import { findExecutables } from '../find-executable.ts';
import { runInNetNamespace } from '../nsenter.ts';
import { type FoundNamespace, findNetNamespaces } from '../proc/net-namespaces.ts';
import {
  hasPacketSockets,
  type ListedSocket,
  parsePacketSockets,
  readPacketSocketsIn,
} from '../proc/packet-sockets.ts';
import type { ProcessWalk } from '../proc/processes.ts';
import type { Run } from '../proc/socket-filters.ts';
import { attachedPrograms, type Listed, netProgramState } from './program-state.ts';
import { answerOf, LISTINGS } from './run.ts';

/** Namespaces asked in one look: each costs 2 to 5 ms of CPU, the start of nsenter and bpftool. */
const MAX_ASKED = 64;

/** Asked at each look in turn, although nothing says that anything has changed there. */
const IN_TURN = 4;

/** Asked at the same time: more than a small host has processors would only make its own work wait. */
const AT_ONCE = 4;

/** What is known of a namespace. */
interface Known {
  readonly name: string | null;
  /** The last answer; null where there is none. */
  readonly net: readonly JsonObject[] | null;
  /** Why there is none. */
  readonly failure: string | null;
  /** The packet sockets in it, as they were last read; null where they never were. */
  readonly packets: readonly ListedSocket[] | null;
  /** The look that asked it last; before, the one that came before it was found. */
  readonly look: number;
  /** True when nothing has changed since that makes it worthless. */
  isFresh: boolean;
}

/** The other network namespaces at one look; `unread` counts processes whose own one may not be known. */
export interface NamespaceLook {
  readonly list: readonly LookedAt[];
  readonly unread: number;
}

export interface NamespaceTools {
  /** Path of bpftool. */
  readonly bpftool: string;
  /** Path of nsenter(1), or null when there is none. */
  readonly nsenter: string | null;
  /** Where /proc and /run are. */
  readonly root?: string;
}

/** A namespace with the packet sockets in it, not yet with who has them open. */
export type LookedAt = Omit<NetNamespace, 'packets'> & { readonly packets?: readonly ListedSocket[] };

/**
 * Asks for `bpftool net show`, which tells of its own network namespace only (it asks over netlink: do_show in bpftool's
 * net.c), in all others. Container hosts have hundreds of them, and in most nothing is ever attached, so that to ask all
 * at each look would cost far more than it tells. Answers are remembered instead:
 *
 * - All are asked when programs of the types that it lists came or went, or lost the last of what is seen to keep them: an
 *   attachment elsewhere may be what does ({@link netProgramState}). So no program is called ownerless for an old answer.
 * - One that named a program that is not listed is asked again, so that none is called hidden for an old answer.
 * - Of the rest a few are asked at each look, in turn: all of them, where they are few. What is seen late on a host with
 *   many is that a program that was there before, and has another keeper, was attached or detached there as well.
 *
 * Their packet sockets are read at each look through a process that is in them, which is one small file. Where there is
 * none they are asked for with the attachments: a socket stays in the namespace that it was made in, and who made it may have
 * left again.
 *
 * Those that have waited longest come first, so that many new ones cannot keep another from being asked. One that has to be
 * asked and was not is in the snapshot without `net`, and in its problems.
 */
export class NamespaceWatch {
  readonly #tools: NamespaceTools;
  readonly #cat = findExecutables('cat')[0] ?? '/bin/cat';
  readonly #known = new Map<number, Known>();
  #found: readonly FoundNamespace[] = [];
  #state = '';
  #looks = 0;

  constructor(tools: NamespaceTools) {
    this.#tools = tools;
  }

  /** `walk` has to be made after the listings and before this, see {@link netProgramState}. */
  async look(
    listed: Listed,
    { processes, netNamespaces }: Pick<ProcessWalk, 'processes' | 'netNamespaces'>,
    signal: AbortSignal,
    problems: Problem[],
  ): Promise<NamespaceLook> {
    const found = findNetNamespaces(netNamespaces, this.#tools.root);
    this.#found = found;
    this.#looks += 1;
    this.#follow(found);
    const state = netProgramState(listed, processes);
    if (state !== this.#state) for (const known of this.#known.values()) known.isFresh = false;
    this.#state = state;
    for (const namespace of found) this.#notePackets(namespace.inode, readPacketSocketsIn(namespace));

    await this.#askAll(this.#due(found, listed.prog ?? []).slice(0, MAX_ASKED), signal);
    const list = found.flatMap(({ inode, name }): readonly LookedAt[] => {
      const known = this.#known.get(inode);
      // It ended meanwhile.
      if (known === undefined) return [];
      const { net, isFresh, packets } = known;
      return [{ inode, name, ...(isFresh && net !== null ? { net } : {}), ...(packets === null ? {} : { packets }) }];
    });
    const unread = [...netNamespaces.values()].filter((inode) => inode === null).length;
    this.#complain(list, unread, problems);
    return { list, unread };
  }

  /** The packet sockets that are in a namespace of the last look now; none where it has ended or cannot be read. */
  async packetsNow(inode: number, signal: AbortSignal): Promise<readonly ListedSocket[]> {
    const namespace = this.#found.find((each) => each.inode === inode);
    const packets = namespace === undefined ? null : await this.#packetsIn(namespace, signal);
    this.#notePackets(inode, packets ?? []);
    return packets ?? [];
  }

  /** Runs a command in a namespace of the last look; null where it has ended, or there is no nsenter. */
  runIn(inode: number): Run {
    return async (command, signal) => {
      const { nsenter } = this.#tools;
      const namespace = this.#found.find((each) => each.inode === inode);
      if (nsenter === null || namespace === undefined) return null;
      return runInNetNamespace(nsenter, namespace, command, signal);
    };
  }

  #notePackets(inode: number, packets: readonly ListedSocket[] | null): void {
    const known = this.#known.get(inode);
    if (known !== undefined && packets !== null) this.#known.set(inode, { ...known, packets });
  }

  /** Forgets those that ended. An inode that is free is given to the next one, which mostly has another name. */
  #follow(found: readonly FoundNamespace[]): void {
    const alive = new Set(found.map(({ inode }) => inode));
    for (const inode of this.#known.keys()) if (!alive.has(inode)) this.#known.delete(inode);
    for (const { inode, name } of found) {
      if (this.#known.get(inode)?.name === name) continue;
      const unknown = { net: null, failure: null, packets: null, isFresh: false };
      this.#known.set(inode, { name, look: this.#looks - 1, ...unknown });
    }
  }

  /** Those to ask, the most needed first. */
  #due(found: readonly FoundNamespace[], programs: readonly JsonObject[]): readonly FoundNamespace[] {
    const ids = new Set(programs.map(({ id }) => id));
    const isDoubtful = ({ inode }: FoundNamespace): boolean => {
      const known = this.#known.get(inode);
      return (
        known?.isFresh !== true ||
        known.packets === null ||
        [...attachedPrograms(known.net ?? [])].some((id) => !ids.has(id))
      );
    };
    const lookOf = ({ inode }: FoundNamespace): number => this.#known.get(inode)?.look ?? 0;
    const inTurn = [...found].sort((a, b) => lookOf(a) - lookOf(b));
    return [...inTurn.filter(isDoubtful), ...inTurn.filter((each) => !isDoubtful(each)).slice(0, IN_TURN)];
  }

  async #askAll(namespaces: readonly FoundNamespace[], signal: AbortSignal): Promise<void> {
    const queue = [...namespaces];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
        await this.#ask(next, signal);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #ask(namespace: FoundNamespace, signal: AbortSignal): Promise<void> {
    const { bpftool, nsenter } = this.#tools;
    const { inode, name } = namespace;
    const packets = await this.#packetsIn(namespace, signal);
    const known = { name, packets: packets ?? this.#known.get(inode)?.packets ?? null, look: this.#looks };
    const fail = (failure: string) => this.#known.set(inode, { ...known, net: null, failure, isFresh: false });
    if (nsenter === null) return void fail('nsenter (of util-linux) is not installed');
    const result = await runInNetNamespace(nsenter, namespace, [bpftool, '-j', '-n', ...LISTINGS.net], signal);
    if (result === null) return void this.#known.delete(inode);
    const { elements, errors } = answerOf(result);
    if (elements === null || errors.length > 0) fail(`bpftool net show: ${errors.join('; ')}`);
    else this.#known.set(inode, { ...known, net: elements, failure: null, isFresh: true });
  }

  async #packetsIn(namespace: FoundNamespace, signal: AbortSignal): Promise<readonly ListedSocket[] | null> {
    const { nsenter, root } = this.#tools;
    if (!hasPacketSockets(root)) return [];
    const read = readPacketSocketsIn(namespace);
    if (read !== null || nsenter === null) return read;
    const result = await runInNetNamespace(nsenter, namespace, [this.#cat, '/proc/net/packet'], signal);
    return result?.code === 0 ? parsePacketSockets(result.stdout.toString('utf8')) : null;
  }

  #complain(list: readonly LookedAt[], unread: number, problems: Problem[]): void {
    const lost = 'what is attached there is not known';
    const missing = list.filter(({ net }) => net === undefined);
    if (missing.length > 0) {
      const why = missing.map(({ inode }) => this.#known.get(inode)?.failure ?? `${MAX_ASKED} are asked in one look`);
      problems.push({
        section: 'net-namespaces',
        message: `${missing.length} of ${list.length} other network namespaces were not looked at, ${lost}: ${[...new Set(why)].slice(0, 3).join(', ')}`,
      });
    }
    const unknown = list.filter(({ packets }) => packets === undefined);
    if (unknown.length > 0) {
      const message = `who reads raw frames in ${unknown.length} of ${list.length} other network namespaces is not known: their lists of packet sockets could not be read`;
      problems.push({ section: 'packet-sockets', message });
    }
    if (unread > 0) {
      const message = `the network namespace of ${unread} processes may not be read: ${lost}`;
      problems.push({ section: 'net-namespaces', message });
    }
  }
}
