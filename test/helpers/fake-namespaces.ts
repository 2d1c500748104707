import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeTool, fakeTool } from './fake-tool.ts';

/** A line of /proc/net/packet. */
const packetLine = (inode: number) => `ffff8881 3      3    0003   0     1 0      0      ${inode}\n`;

/**
 * Network namespaces as files, each holding what bpftool answers in it, and an nsenter that prints the file it is led
 * to and notes its name. In those that no process is in, it prints their packet sockets for cat.
 */
export class FakeNamespaces {
  readonly root = mkdtempSync(join(tmpdir(), 'bpfwitness-netns-'));
  readonly nsenter: FakeTool;
  readonly #mounts = new Map<string, number>();
  readonly #log: string;

  constructor() {
    for (const folder of ['proc/self/ns', 'run/netns', 'packets'])
      mkdirSync(join(this.root, folder), { recursive: true });
    writeFileSync(join(this.root, 'proc/self/ns/net'), '');
    this.#log = join(this.root, 'asked');
    writeFileSync(this.#log, '');
    this.nsenter = fakeTool(
      'nsenter',
      [
        `path=\${1#--net=}; name=$(basename "$(readlink "$path")")`,
        `case "$2 $3 $4" in '-- /x/bpftool '*) echo "$name" >> '${this.#log}'; cat "$path";;`,
        `'-- '*'/cat /proc/net/packet') cat '${this.root}/packets/'"$name";; esac`,
      ].join('\n'),
    );
    this.#write();
  }

  /** One with this name in /run/netns, and its inode. */
  add(name: string, net: unknown = []): number {
    return this.#add(`/run/netns/${name}`, net, true);
  }

  /** One that only a process is in. */
  addProcess(pid: number, net: unknown = []): number {
    for (const folder of ['ns', 'net']) mkdirSync(join(this.root, `proc/${pid}/${folder}`), { recursive: true });
    writeFileSync(join(this.root, `proc/${pid}/net/packet`), '');
    return this.#add(`/proc/${pid}/ns/net`, net, false);
  }

  /** Another answer from now on. */
  answer(name: string, net: unknown): void {
    writeFileSync(join(this.root, 'run/netns', name), JSON.stringify(net));
  }

  /** These packet sockets are in one from now on. */
  listen(name: string | number, ...inodes: readonly number[]): void {
    const path = typeof name === 'string' ? `packets/${name}` : `proc/${name}/net/packet`;
    writeFileSync(join(this.root, path), inodes.map(packetLine).join(''));
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
    renameSync(join(this.root, 'packets', from), join(this.root, 'packets', to));
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
    if (isMounted) writeFileSync(join(this.root, 'packets', path.slice('/run/netns/'.length)), '');
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
