import { lookAtTasks } from './tasks.ts';

/** The namespaces that processes are in, by the id of a thread: that of the process, or of one that is in another namespace. */
export class ProcessTasks {
  readonly net = new Map<number, number | null>();
  readonly mount = new Map<number, number | null>();
  readonly #root: string;
  readonly #tasks = new Map<number, readonly number[]>();
  /** Folders of the threads that speak for processes whose first thread has ended. */
  readonly #folders = new Map<number, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Takes what there is now of a process for what was known of it. Gives the folders of the threads whose descriptors are to be
   * looked at, and how many links were read.
   */
  look(pid: number): { readonly folders: readonly string[]; readonly links: number } {
    const { main, apart, links } = lookAtTasks(this.#root, pid);
    this.forget(pid);
    const tasks = [main, ...apart];
    for (const { id, net, mount } of tasks) {
      if (net !== undefined) this.net.set(id, net);
      if (mount !== undefined) this.mount.set(id, mount);
    }
    const ids = tasks.map(({ id }) => id);
    this.#tasks.set(pid, ids);
    if (main.id !== pid) this.#folders.set(pid, main.folder);
    return { folders: tasks.map(({ folder }) => folder), links };
  }

  /** A process that was not looked at yet may be in any namespace. */
  expect(pid: number): void {
    this.net.set(pid, null);
    this.mount.set(pid, null);
    this.#tasks.set(pid, [pid]);
  }

  /** The folder that shows what a process is: its own one, or that of a thread where its first one has ended. */
  folderOf(pid: number): string {
    return this.#folders.get(pid) ?? `${this.#root}/${pid}`;
  }

  forget(pid: number): void {
    for (const id of this.#tasks.get(pid) ?? []) {
      this.net.delete(id);
      this.mount.delete(id);
    }
    this.#tasks.delete(pid);
    this.#folders.delete(pid);
  }
}
