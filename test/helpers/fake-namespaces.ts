import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeTool, fakeTool } from './fake-tool.ts';

/**
 * Network namespaces as files, each holding what bpftool answers in it, and an nsenter that prints the file it is led
 * to and notes its name.
 */
export class FakeNamespaces {
  readonly root = mkdtempSync(join(tmpdir(), 'bpfwitness-netns-'));
  readonly nsenter: FakeTool;
  readonly #mounts = new Map<string, number>();
  readonly #log: string;

  constructor() {
    for (const folder of ['proc/self/ns', 'run/netns']) mkdirSync(join(this.root, folder), { recursive: true });
    writeFileSync(join(this.root, 'proc/self/ns/net'), '');
    this.#log = join(this.root, 'asked');
    writeFileSync(this.#log, '');
    this.nsenter = fakeTool(
      'nsenter',
      `path=\${1#--net=}; basename "$(readlink "$path")" >> '${this.#log}'; [ "$2 $3" = '-- /x/bpftool' ] && cat "$path"`,
    );
    this.#write();
  }

  /** One with this name in /run/netns, and its inode. */
  add(name: string, net: unknown = []): number {
    return this.#add(`/run/netns/${name}`, net, true);
  }

  /** One that only a process is in. */
  addProcess(pid: number, net: unknown = []): number {
    mkdirSync(join(this.root, `proc/${pid}/ns`), { recursive: true });
    return this.#add(`/proc/${pid}/ns/net`, net, false);
  }

  /** Another answer from now on. */
  answer(name: string, net: unknown): void {
    writeFileSync(join(this.root, 'run/netns', name), JSON.stringify(net));
  }

  /** Its mount is listed, and leads nowhere. */
  vanish(name: string): void {
    rmSync(join(this.root, 'run/netns', name));
  }

  /** Another namespace in the place of one. */
  rename(from: string, to: string): void {
    const [before, after] = [`/run/netns/${from}`, `/run/netns/${to}`];
    renameSync(join(this.root, before), join(this.root, after));
    this.#mounts.set(after, this.#mounts.get(before) ?? 0);
    this.#mounts.delete(before);
    this.#write();
  }

  /** Names of those that were asked since the last time, sorted. */
  asked(): readonly string[] {
    const names = readFileSync(this.#log, 'utf8').split('\n').filter(Boolean).sort();
    writeFileSync(this.#log, '');
    return names;
  }

  remove(): void {
    this.nsenter.remove();
    rmSync(this.root, { recursive: true });
  }

  #add(path: string, net: unknown, isMounted: boolean): number {
    const file = join(this.root, path);
    writeFileSync(file, typeof net === 'string' ? net : JSON.stringify(net));
    const { ino } = statSync(file);
    if (isMounted) this.#mounts.set(path, ino);
    this.#write();
    return ino;
  }

  #write(): void {
    const lines = [...this.#mounts].map(([path, inode]) => `45 44 0:4 net:[${inode}] ${path} rw - nsfs nsfs rw\n`);
    writeFileSync(join(this.root, 'proc/self/mountinfo'), lines.join(''));
  }
}
