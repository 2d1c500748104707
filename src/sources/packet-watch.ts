import type { NetNamespace, PacketSocket, Snapshot } from '../model/snapshot.ts';
import type { NamespaceLook, NamespaceWatch } from './bpftool/net-namespaces.ts';
import { heldSockets } from './held-sockets.ts';
import { type ListedSocket, readPacketSockets } from './proc/packet-sockets.ts';
import type { ProcessWalk } from './proc/processes.ts';
import { readSocketFilters } from './proc/socket-filters.ts';

/** Who has which socket open, by its inode. */
type Holders = ProcessWalk['sockets'];

/** Looks at who reads raw frames, in each network namespace, and by which filter. */
export class PacketWatch {
  readonly #namespaces: NamespaceWatch;
  readonly #ss: string | null;
  #own: readonly ListedSocket[] | null = null;
  /** Inodes of those of other network namespaces, as they were in the last look. */
  #elsewhere: readonly number[] = [];
  #asked: ReadonlySet<number> = new Set();

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
    walkAgain: (inodes: ReadonlySet<number>) => Holders,
    signal: AbortSignal,
  ): Promise<Pick<Snapshot, 'packetSockets' | 'netNamespaces'>> {
    this.#elsewhere = list.flatMap(({ packets }) => inodesOf(packets ?? []));
    // In most namespaces nobody ever reads raw frames.
    const isNews = this.#elsewhere.some((inode) => !this.#asked.has(inode));
    const all = isNews ? walkAgain(new Set([...this.#asked, ...this.#elsewhere])) : holders;
    const own = this.#own;
    const elsewhere = list.map(async ({ packets, ...namespace }): Promise<NetNamespace> => {
      if (packets === undefined) return namespace;
      const { inode } = namespace;
      const held = await heldSockets(packets, all, () => this.#namespaces.packetsNow(inode, signal));
      return { ...namespace, packets: await this.#withFilters(held, inode, signal) };
    });
    const netNamespaces = { list: await Promise.all(elsewhere), unread };
    if (own === null) return { netNamespaces };
    const held = await heldSockets(own, all, () => readPacketSockets() ?? []);
    return { netNamespaces, packetSockets: await this.#withFilters(held, null, signal) };
  }

  /** `inode` is that of the namespace that they are in, null for our own. */
  async #withFilters(
    sockets: readonly PacketSocket[],
    inode: number | null,
    signal: AbortSignal,
  ): Promise<readonly PacketSocket[]> {
    const ss = this.#ss;
    if (ss === null || sockets.length === 0) return sockets;
    const run = inode === null ? undefined : this.#namespaces.runIn(inode);
    const filters = await readSocketFilters(ss, signal, run);
    return sockets.map((socket) => {
      const filter = filters?.get(socket.inode);
      return filter === undefined ? socket : { ...socket, filter };
    });
  }
}

function inodesOf(sockets: readonly ListedSocket[]): readonly number[] {
  return sockets.map(({ inode }) => inode);
}
