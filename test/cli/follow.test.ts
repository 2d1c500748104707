import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bpfwitness, commandLine } from '../helpers/cli.ts';

function load(serial: number): string {
  return `type=BPF msg=audit(1707546943.${serial}:${serial}): prog-id=${serial} op=LOAD\n`;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('query --follow', () => {
  it('prints what is written, as it is written, until it is interrupted', async () => {
    const log = join(folder, 'audit.log');
    writeFileSync(log, load(101));
    const env = { ...process.env, NODE_ENV: 'production' };
    const child = spawn(...commandLine(['query', '--follow', '--json', log]), { env, stdio: 'pipe' });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const nextId = async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? '{}').details?.object?.id;
    expect(await nextId()).toBe(101);
    appendFileSync(log, load(102));
    expect(await nextId()).toBe(102);
    const closed = once(child, 'close');
    // Not child.kill(): Deno then reports that signal as the end, whatever the process made of it.
    process.kill(child.pid ?? 0, 'SIGINT');
    expect(await closed).toEqual([0, null]);
    expect((await lines.next()).done).toBe(true);
  });

  it('ends by itself at --limit, and says what it could not read', async () => {
    const log = join(folder, 'two.log');
    writeFileSync(log, `this is no record\n${load(101)}${load(102)}`);
    const { exitCode, stdout, stderr } = await bpfwitness(['query', '--follow', '--limit', '1', log]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^2024-02-10T06:35:43\.101Z [^\n]*program 101 [^\n]*\n$/);
    expect(stderr).toMatch(/two\.log:1: /);
  });

  it('refuses what it does not do', async () => {
    const results = await Promise.all([
      bpfwitness(['query', '--follow']),
      bpfwitness(['query', '--follow', '--live', '--for', '1s']),
      bpfwitness(['query', '--follow', '--state', folder, 'x.log']),
      bpfwitness(['replay', '--follow', '--speed', '2', 'x.log']),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2]);
  });
});
