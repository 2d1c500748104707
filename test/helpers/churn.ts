import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { FIXTURES } from './bpf.ts';

/** Objects that were made. */
export interface Made {
  readonly programs: number;
  readonly maps: number;
  readonly links: number;
  readonly probes: number;
}

let started = 0;

/** Processes that make and remove programs, maps and links at random, beside this one. */
export class Churn {
  readonly #churners = new Map<string, { readonly pid: number; readonly answer: Promise<string> }>();

  constructor(processes: number) {
    const [bpftool = ''] = findExecutables('bpftool');
    for (let i = 0; i < processes; i += 1) {
      started += 1;
      const folder = `/sys/fs/bpf/bpfwitness-test-churn-${process.pid}-${started}`;
      const child = spawn('perl', [join(FIXTURES, 'churn.pl'), bpftool, folder], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      this.#churners.set(folder, { pid: child.pid ?? 0, answer: text(child.stdout) });
    }
  }

  /** Ends it all and gives what all of them made; fails when one of them did. */
  async stop(): Promise<Made> {
    const sum = { programs: 0, maps: 0, links: 0, probes: 0 };
    for (const { pid } of this.#churners.values()) process.kill(pid, 'SIGTERM');
    try {
      for (const { answer } of this.#churners.values()) {
        const made: Made = JSON.parse(await answer);
        for (const kind of ['programs', 'maps', 'links', 'probes'] as const) sum[kind] += made[kind];
      }
    } finally {
      for (const folder of this.#churners.keys()) rmSync(folder, { recursive: true, force: true });
    }
    return sum;
  }
}
