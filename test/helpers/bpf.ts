import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { type FakeTool, fakeTool } from './fake-tool.ts';

/** Compiled programs for these tests: see test/fixtures/bpf/README.md. */
export const FIXTURES = join(import.meta.dirname, '../fixtures/bpf');

/**
 * Why programs cannot be loaded on this machine, or null when they can. Prints it, so that a run tells what it skipped.
 */
export function whyNotLive(): string | null {
  const reason = reasonNotLive();
  if (reason !== null) console.warn(`live tests skipped: ${reason}`);
  return reason;
}

function reasonNotLive(): string | null {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  for (const tool of ['bpftool', 'perl', 'setpriv']) {
    if (findExecutables(tool).length === 0) return `no ${tool}`;
  }
  if (!/ \/sys\/fs\/bpf bpf /.test(readFileSync('/proc/mounts', 'utf8'))) return 'bpffs is not mounted on /sys/fs/bpf';
  const probe = new BpfLab();
  try {
    probe.load('signaller');
    return null;
  } catch (error) {
    return `this kernel loads no program: ${String(error)}`;
  } finally {
    probe.clean();
  }
}

/** Starts one of the scripts of {@link FIXTURES}, by these commands before it, and waits for its word that it is ready. */
export async function startScript(
  script: string,
  args: readonly string[],
  before: readonly string[] = [],
): Promise<Script> {
  const [command = 'perl', ...rest] = [...before, 'perl', join(FIXTURES, script), ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  if (!(said instanceof Buffer)) throw new Error(`${script} ended`);
  return {
    pid: child.pid ?? 0,
    said: said.toString(),
    async tell(command) {
      child.stdin.write(`${command}\n`);
      const [answer] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
      return answer instanceof Buffer;
    },
    async end() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

export interface Script {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly said: string;
  /** Gives it a line; resolves when it answered, to false when it ended instead. */
  tell(command: string): Promise<boolean>;
  /** Ends it, and what it alone holds. */
  end(): Promise<void>;
}

/**
 * A script of {@link FIXTURES} that stands in the place of bpftool, with settings of its own: tools get no environment
 * of ours (src/sources/run-tool.ts). Remove it with `remove`.
 */
export function standIn(script: string, settings: { readonly [name: string]: string }): FakeTool {
  const [bpftool = ''] = findExecutables('bpftool');
  const variables = Object.entries({ ...settings, BPFTOOL: bpftool });
  const assignments = variables.map(([name, value]) => `export ${name}='${value}'\n`).join('');
  return fakeTool('bpftool', `${assignments}exec '${join(FIXTURES, script)}' "$@"\n`);
}

let labs = 0;

/** Loads, attaches and holds programs, and takes all of it back in `clean`. Each lab pins in a directory of its own. */
export class BpfLab {
  readonly directory: string;
  readonly #holders: ChildProcessWithoutNullStreams[] = [];
  #attached = false;

  constructor() {
    labs += 1;
    this.directory = `/sys/fs/bpf/bpfwitness-test-${process.pid}-${labs}`;
    mkdirSync(this.directory);
  }

  pin(name: string): string {
    return join(this.directory, name);
  }

  /** Loads all programs of a fixture and pins them and its maps by their names. */
  load(fixture: string): void {
    const object = join(FIXTURES, `${fixture}.bpf.o`);
    bpftool('prog', 'loadall', object, this.directory, 'pinmaps', this.directory);
  }

  unpin(...names: readonly string[]): void {
    for (const name of names) rmSync(this.pin(name));
  }

  /** Id of a pinned program or map. */
  id(kind: 'prog' | 'map', name: string): number {
    const shown = JSON.parse(bpftool('-j', kind, 'show', 'pinned', this.pin(name))) as { id: number };
    return shown.id;
  }

  attachXdp(name: string): void {
    bpftool('net', 'attach', 'xdpgeneric', 'pinned', this.pin(name), 'dev', 'lo');
    this.#attached = true;
  }

  detachXdp(): void {
    this.#attached = false;
    bpftool('net', 'detach', 'xdpgeneric', 'dev', 'lo');
  }

  /** Sets one entry of a map of 4-byte keys and 8-byte values. */
  update(name: string, key: number, value: number): void {
    const bytes = (number: number, size: number) =>
      Array.from({ length: size }, (_, index) => String((number >> (8 * index)) & 0xff));
    bpftool(
      'map',
      'update',
      'pinned',
      this.pin(name),
      'key',
      ...bytes(key, 4),
      'value',
      ...bytes(value, 8).slice(0, 4),
      '0',
      '0',
      '0',
      '0',
    );
  }

  freeze(name: string): void {
    bpftool('map', 'freeze', 'pinned', this.pin(name));
  }

  /** Starts a process of this comm that holds pinned objects; `TRACEPOINT=NAME` also attaches that program there. */
  hold(comm: string, ...names: readonly string[]): Promise<Holder> {
    return this.holdBy('perl', comm, ...names);
  }

  /** The same by another perl than the one on PATH. */
  async holdBy(perl: string, comm: string, ...names: readonly string[]): Promise<Holder> {
    const pins = names.map((name) => name.replace(/^(\w+=)?/, `$1${this.directory}/`));
    const child = spawn(perl, [join(FIXTURES, 'holder.pl'), comm, ...pins]);
    this.#holders.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const answer = async () => (await lines.next()).value as string | undefined;
    if ((await answer()) !== 'ready') throw new Error('the holder did not start');
    return {
      pid: child.pid ?? 0,
      async tell(command) {
        child.stdin.write(`${command}\n`);
        await answer();
      },
      async end() {
        child.stdin.end();
        if (child.exitCode === null) await once(child, 'exit');
      },
    };
  }

  /** Takes everything back, whatever a test did. */
  clean(): void {
    for (const holder of this.#holders) holder.kill('SIGKILL');
    if (this.#attached) this.detachXdp();
    if (existsSync(this.directory)) rmSync(this.directory, { recursive: true });
  }
}

export interface Holder {
  readonly pid: number;
  /** `drop` or `regain` its capabilities; resolves when it has. */
  tell(command: 'drop' | 'regain'): Promise<void>;
  end(): Promise<void>;
}

function bpftool(...args: readonly string[]): string {
  const [path = 'bpftool'] = findExecutables('bpftool');
  return execFileSync(path, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
