import type { SocketHolder } from '../../model/snapshot.ts';

/** Which processes have the sockets open that are asked for. */
export class SocketHolders {
  readonly #describe: (pid: number) => Promise<SocketHolder>;
  #asked: ReadonlySet<number> = new Set();
  readonly #held = new Map<number, Map<number, Promise<SocketHolder>>>();
  /** Sockets that somebody had open when they were asked for again. */
  #before: readonly number[] = [];

  /** `describe` is called once for each socket that a process has. */
  constructor(describe: (pid: number) => Promise<SocketHolder>) {
    this.#describe = describe;
  }

  /** Asks for these from now on, by inode. True when one of them is new. */
  ask(sockets: ReadonlySet<number>): boolean {
    const isNews = [...sockets].some((inode) => !this.#asked.has(inode));
    for (const inode of this.#held.keys()) if (!sockets.has(inode)) this.#held.delete(inode);
    this.#before = [...this.#held.keys()];
    this.#asked = sockets;
    return isNews;
  }

  /** True when the last that was seen to have one of them open has it no more: it may have been passed on (unix(7)). */
  get hasLost(): boolean {
    return this.#before.some((inode) => !this.#held.has(inode));
  }

  /** Notes where a link of /proc/PID/fd leads to. */
  note(pid: number, target: string): void {
    if (this.#asked.size === 0) return;
    const inode = Number(/^socket:\[(\d+)\]$/.exec(target)?.[1]);
    if (!this.#asked.has(inode)) return;
    const holders = this.#held.get(inode) ?? new Map<number, Promise<SocketHolder>>();
    this.#held.set(inode, holders);
    if (!holders.has(pid)) holders.set(pid, this.#describe(pid));
  }

  forget(pid: number): void {
    for (const [inode, holders] of this.#held) {
      holders.delete(pid);
      if (holders.size === 0) this.#held.delete(inode);
    }
  }

  /** By inode, each by pid; a socket that nobody is seen to have open is not in it. */
  async all(): Promise<ReadonlyMap<number, readonly SocketHolder[]>> {
    const all = new Map<number, readonly SocketHolder[]>();
    for (const [inode, holders] of [...this.#held]) {
      all.set(
        inode,
        (await Promise.all(holders.values())).sort((a, b) => a.pid - b.pid),
      );
    }
    return all;
  }
}
