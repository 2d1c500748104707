import type { NetNamespace, PacketSocket, Snapshot } from '../model/snapshot.ts';
import type { NamespaceLook, NamespaceWatch } from './bpftool/net-namespaces.ts';
import { heldSockets } from './held-sockets.ts';
import { type ListedSocket, readPacketSockets } from './proc/packet-sockets.ts';
import type { ProcessWalk } from './proc/processes.ts';
import { readSocketFilters } from './proc/socket-filters.ts';

/** Who has which socket open, by its inode. */
type Holders = ProcessWalk['sockets'];

/** Times that the processes are looked at again, at the most, where a socket has nobody who is seen to have it open. */
const WALKS_AGAIN = 2;

/** Network namespaces whose filters are asked for in one look, besides our own: each costs some ms, the start of ss. */
const MAX_ASKED = 4;

/** Looks at who reads raw frames, in each network namespace, and by which filter. */
export class PacketWatch {
  readonly #namespaces: NamespaceWatch;
  readonly #ss: string | null;
  #own: readonly ListedSocket[] | null = null;
  /** Inodes of those of other network namespaces, as they were in the last look. */
  #elsewhere: readonly number[] = [];
  #asked: ReadonlySet<number> = new Set();
  /** Filters of sockets of other namespaces, by inode: there may be hundreds, and a filter seldom changes. */
  readonly #filters = new Map<number, string>();
  #turn = 0;

  /** `ss` is the path of ss(8), or null when there is none. */
  constructor(namespaces: NamespaceWatch, ss: string | null) {
    this.#namespaces = namespaces;
    this.#ss = ss;
  }

  /** Begins a look: inodes of the sockets whose holders the walk over the processes has to find. */
  begin(): ReadonlySet<number> {
    this.#own = readPacketSockets();
    this.#asked = new Set([...inodesOf(this.#own ?? []), ...this.#elsewhere]);
    return this.#asked;
  }

  /**
   * Ends it, after the walk, whose `holders` these are, and the look at the other namespaces, which are only known then:
   * `walkAgain` finds the holders of what is new in them.
   */
  async finish(
    { list, unread }: NamespaceLook,
    holders: Holders,
    walkAgain: (inodes: ReadonlySet<number>) => Promise<Holders>,
    signal: AbortSignal,
  ): Promise<Pick<Snapshot, 'packetSockets' | 'netNamespaces'>> {
    this.#elsewhere = list.flatMap(({ packets }) => inodesOf(packets ?? []));
    // In most namespaces nobody ever reads raw frames.
    const isNews = this.#elsewhere.some((inode) => !this.#asked.has(inode));
    const inodes = new Set([...this.#asked, ...this.#elsewhere]);
    let all = isNews ? await walkAgain(inodes) : holders;
    // Who hands a socket on while the processes are looked at one after the other may be missed on both sides.
    for (let again = 0; again < WALKS_AGAIN && [...inodes].some((inode) => !all.has(inode)); again += 1) {
      all = new Map([...all, ...(await walkAgain(inodes))]);
    }
    const own = this.#own;
    await this.#askFilters(list, signal);
    const elsewhere = list.map(async ({ packets, ...namespace }): Promise<NetNamespace> => {
      if (packets === undefined) return namespace;
      const { inode } = namespace;
      const held = await heldSockets(packets, all, () => this.#namespaces.packetsNow(inode, signal));
      return { ...namespace, packets: withFilters(held, this.#filters) };
    });
    const netNamespaces = { list: await Promise.all(elsewhere), unread };
    if (own === null) return { netNamespaces };
    const held = await heldSockets(own, all, () => readPacketSockets() ?? []);
    const filters = this.#ss === null || held.length === 0 ? null : await readSocketFilters(this.#ss, signal);
    return { netNamespaces, packetSockets: withFilters(held, filters ?? new Map()) };
  }

  /** Asks in the namespaces that have sockets whose filter is not known, and in turn in one more. */
  async #askFilters(list: NamespaceLook['list'], signal: AbortSignal): Promise<void> {
    const ss = this.#ss;
    if (ss === null) return;
    const filters = this.#filters;
    for (const inode of filters.keys()) if (!this.#elsewhere.includes(inode)) filters.delete(inode);
    const withSockets = list.filter(({ packets }) => (packets ?? []).length > 0);
    const unknown = withSockets.filter(({ packets = [] }) => packets.some(({ inode }) => !filters.has(inode)));
    const inTurn = withSockets[this.#turn % withSockets.length];
    this.#turn += 1;
    const due = new Set([...unknown.slice(0, MAX_ASKED), ...(inTurn === undefined ? [] : [inTurn])]);
    const answers = await Promise.all(
      [...due].map(({ inode }) => readSocketFilters(ss, signal, this.#namespaces.runIn(inode))),
    );
    for (const answer of answers) for (const [inode, filter] of answer ?? []) filters.set(inode, filter);
  }
}

function withFilters(sockets: readonly PacketSocket[], filters: ReadonlyMap<number, string>): readonly PacketSocket[] {
  return sockets.map((socket) => {
    const filter = filters.get(socket.inode);
    return filter === undefined ? socket : { ...socket, filter };
  });
}

function inodesOf(sockets: readonly ListedSocket[]): readonly number[] {
  return sockets.map(({ inode }) => inode);
}
