import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES } from '../../test/helpers/bpf.ts';

const OBJECT = join(FIXTURES, 'watched.bpf.o');

/** What it holds. */
const PROGRAMS = 3;
const MAPS = 2;

/** Ids are given out in order, so two probes tell how many of a kind were made between them. */
export interface Ids {
  readonly programs: number;
  readonly maps: number;
}

/** Many programs and maps, pinned below one folder of their own and gone with it. */
export class Crowd {
  readonly #bpftool: string;
  readonly #folder = `/sys/fs/bpf/bpfwitness-bench-${process.pid}`;

  constructor(bpftool: string) {
    this.#bpftool = bpftool;
    mkdirSync(this.#folder);
  }

  /** Loads at least so many programs, and makes maps until there are as many as wanted. */
  fill(programs: number, maps: number): void {
    const loads = Math.ceil(programs / PROGRAMS);
    const commands: string[] = [];
    for (let i = 0; i < loads; i += 1) {
      const folder = join(this.#folder, `load${i}`);
      commands.push(`prog loadall ${OBJECT} ${folder} pinmaps ${folder}`);
    }
    for (let i = loads * MAPS; i < maps; i += 1) {
      commands.push(`map create ${join(this.#folder, `map${i}`)} type array key 4 value 8 entries 4 name bench_${i}`);
    }
    // Its status says little: bpftool 7.1 ends a good batch with an error when a command left errno set.
    const { stderr } = spawnSync(this.#bpftool, ['batch', 'file', '-'], { input: `${commands.join('\n')}\n` });
    const there = readdirSync(this.#folder).length;
    if (there < commands.length) throw new Error(`${there} of ${commands.length} were loaded: ${stderr}`);
  }

  /** Three programs and two maps more, or those gone again. */
  change(): void {
    const folder = join(this.#folder, 'change');
    if (existsSync(folder)) rmSync(folder, { recursive: true });
    else this.#load(folder);
  }

  /** The next ids of a program and a map, by making one of each. */
  probe(): Ids {
    const folder = join(this.#folder, 'probe');
    try {
      this.#load(folder);
      return {
        programs: this.#id('prog', join(folder, 'wit_xdp')),
        maps: this.#id('map', join(folder, 'wit_config')),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  clean(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #load(folder: string): void {
    this.#run('prog', 'loadall', OBJECT, folder, 'pinmaps', folder);
  }

  #id(kind: 'prog' | 'map', pin: string): number {
    return (JSON.parse(this.#run('-j', kind, 'show', 'pinned', pin)) as { id: number }).id;
  }

  #run(...args: readonly string[]): string {
    return execFileSync(this.#bpftool, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
