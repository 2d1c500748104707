import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { attempt, isRefusal } from './attempt.ts';
import { type HeldId, kindOfFd, parseFdinfo } from './parse.ts';

/** A look at all descriptors of a process, in pieces: it may have a million, each of which costs some 15 µs. */
export class DescriptorScan {
  readonly held: HeldId[] = [];
  /** Where those that are sockets lead to. */
  readonly sockets = new Set<string>();
  /** True where they may not be read. */
  isRefused = false;
  readonly #folders: string[];
  /** The last one that was looked at in the first of the folders. */
  #after = -1;

  /** `folders` are those of threads in /proc whose tables of descriptors are looked at. */
  constructor(folders: readonly string[]) {
    this.#folders = [...folders];
  }

  get isComplete(): boolean {
    return this.#folders.length === 0;
  }

  /** Looks at so many more, and gives the number of those that there were. */
  goOn(limit: number): number {
    let looked = 0;
    for (let [folder] = this.#folders; folder !== undefined; [folder] = this.#folders) {
      for (const fd of this.#list(folder)) {
        if (fd <= this.#after) continue;
        if (looked >= limit) return looked;
        this.#look(folder, fd);
        this.#after = fd;
        looked += 1;
      }
      this.#folders.shift();
      this.#after = -1;
    }
    return looked;
  }

  #list(folder: string): readonly number[] {
    try {
      return readdirSync(`${folder}/fd`)
        .map(Number)
        .sort((a, b) => a - b);
    } catch (error) {
      // It has ended otherwise.
      if (isRefusal(error)) this.isRefused = true;
      return [];
    }
  }

  #look(folder: string, fd: number): void {
    const target = attempt(() => readlinkSync(`${folder}/fd/${fd}`)) ?? '';
    if (target.startsWith('socket:')) this.sockets.add(target);
    const kind = kindOfFd(target);
    if (kind === null) return;
    const fdinfo = attempt(() => readFileSync(`${folder}/fdinfo/${fd}`, 'utf8'));
    const id = fdinfo === null ? null : parseFdinfo(kind, fdinfo);
    if (id !== null) this.held.push(id);
  }
}
