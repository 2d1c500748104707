import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkTemplate } from '../../src/checks/pack/template.ts';

const BINARY = resolve('dist/bpfwitness');
const isBuilt = existsSync(BINARY);
if (!isBuilt) console.warn(`tests of the binary skipped: ${BINARY} is not built (npm run build)`);

const MIB = 2 ** 20;
const RECORD = 'type=BPF msg=audit(1.1:1): prog-id=1 op=LOAD\n';
const ENDLESS = 'WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t)';

/** How long the kernel and a busy machine may take beyond the second that is promised. */
const PATIENCE_MS = 5_000;

let folder: string;
const running: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const head = '{"format":"bpfwitness-capture","version":1,"host":"h","startedAt":1,"tool":"0.1.0"}';
  const snapshot = {
    time: 1,
    host: 'h',
    boot: null,
    kernel: null,
    bpftoolVersion: null,
    problems: [],
    link: [],
    perf: [],
  };
  file('host.capture', `${head}\n${JSON.stringify({ n: 0, snapshot: { ...snapshot, prog: [], map: [] } })}\n`);
  const line = gzipSync(`${'x'.repeat(16 * MIB)}\n`);
  file('lines.gz', Buffer.concat([gzipSync(RECORD), ...Array.from({ length: 64 }, () => line)]));
  file('many.log', Array.from({ length: 200_000 }, (_, i) => RECORD.replaceAll('1.1:1', `${i}.1:${i}`)).join(''));
  mkdirSync(join(folder, 'checks'));
  const sql = checkTemplate('endless').replace(/\nSELECT [\s\S]*/, '\n');
  const select = "SELECT 'map' AS object_kind, 1 AS object_id, 'm' AS object_name, 'm' AS message FROM t WHERE a < 0";
  file(
    'checks/endless.sql',
    `${sql.replace(/^-- discovery.*\n/m, '').replace(/^-- needs:.*$/m, '-- needs:')}${ENDLESS} ${select}\n`,
  );
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

/** Starts it, sends it SIGTERM when it is at work, and says how it ended. Its output is read by nobody. */
async function ended(args: readonly string[]) {
  const child = spawn(BINARY, args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  running.push(child);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const end = new Promise<{ code: number | null; by: string | null }>((done) =>
    child.on('exit', (code, by) => done({ code, by })),
  );
  await sleep(700);
  expect(child.exitCode, `it ended before the signal: ${said}`).toBeNull();
  // Not `child.kill`: Deno then says that it was killed, whatever became of it.
  if (child.pid !== undefined) process.kill(child.pid, 'SIGTERM');
  const late = sleep(PATIENCE_MS, null, { ref: false });
  return { end: await Promise.race([end, late]), said: () => said };
}

describe.skipIf(!isBuilt)('the binary with hostile input', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['lines that unpack to a gigabyte', ['inspect', 'lines.gz']],
    ['the same, judged', ['check', 'lines.gz']],
    ['many events', ['report', 'many.log', '--json']],
    ['SQL that never ends', ['sql', `${ENDLESS} SELECT max(a) FROM t`, 'host.capture']],
    ['a check that never ends', ['check', 'host.capture', '--checks', 'checks']],
    ['standard input that never ends', ['inspect', '-']],
    ['standard input that nobody writes to', ['query', '-']],
    ['a pipe that nobody reads', ['query', '--follow', 'many.log']],
    ['a file that never comes', ['query', '--follow', 'not-there.log']],
    ['a comparison', ['diff', 'many.log', 'host.capture']],
  ];
  it.each(cases)('ends by SIGTERM at once: %s', async (_name, args) => {
    const { end } = await ended(args);
    expect(end).not.toBeNull();
  });

  it('says that what it printed is not of all the input', async () => {
    const { end, said } = await ended(['inspect', '-']);
    expect(end).toEqual({ code: 3, by: null });
    expect(said()).toContain('interrupted');
  });

  it('lists hundreds of unreadable megabytes and keeps none', () => {
    const line = gzipSync(`${'x'.repeat(MIB - 64)}\n`);
    file('unread.gz', Buffer.concat([gzipSync(RECORD), ...Array.from({ length: 900 }, () => line)]));
    const { status, stderr } = spawnSync(BINARY, ['query', 'unread.gz'], { cwd: folder, encoding: 'utf8' });
    expect(status).toBe(3);
    expect(stderr).toContain('900 of 901 lines could not be read');
  });

  it('judges three lines whose times are decades apart', () => {
    file(
      'jump.log',
      'node=lab1 type=EOE msg=audit(1.392:262332): \nnode=lab1 type=CWD msg=audit(1.392:262334): cwd="/"\nnode=lab2 type=BPF msg=audit(1794000000.876:7605216): prog-id=5 op=LOAD\n',
    );
    const { status, stdout } = spawnSync(BINARY, ['query', 'jump.log'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(status).toBe(0);
    expect(stdout).toContain('program 5');
  });
});
