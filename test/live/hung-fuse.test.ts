import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BpfLab, type Script, startScript, whyNotLive } from '../helpers/bpf.ts';
import { Pty } from '../helpers/pty.ts';

const BINARY = 'dist/bpfwitness';
const skipped = whyNotLive() ?? (existsSync('/dev/fuse') ? null : 'no /dev/fuse');
if (skipped === 'no /dev/fuse') console.warn(`live tests of a hung file system skipped: ${skipped}`);

const PROGRAMS: readonly (readonly [string, readonly string[]])[] = [
  ['from source', [process.execPath, 'run', '-A', '--no-prompt', 'src/main.ts']],
  ...(existsSync(BINARY) ? [['the binary', [resolve(BINARY)]] as const] : []),
];

/** One that reads a request and keeps it is worse: what waits for its answer cannot be killed. */
const SERVERS = [
  ['leaves requests where they are', ''],
  ['reads requests and keeps them', '1'],
] as const;

describe.skipIf(skipped !== null).each(SERVERS)('a holder whose executable is on a FUSE that %s', (_kind, reads) => {
  let lab: BpfLab;
  let folder: string;
  let fuse: Script;

  beforeEach(async () => {
    lab = new BpfLab();
    lab.load('raw');
    folder = mkdtempSync(join(tmpdir(), 'hung-'));
    // A mount namespace of its own: nothing else on this host can come to wait for it.
    const namespace = ['env', `HUNG_READS=${reads}`, 'unshare', '--mount', '--propagation', 'private'];
    fuse = await startScript('hung-fuse.pl', [folder, 'hung', lab.pin('wit_raw')], namespace);
    expect(fuse.said).toMatch(/^ready \d+/);
  });
  afterEach(async () => {
    await fuse.end();
    lab.clean();
    rmSync(folder, { recursive: true });
  });

  const start = ([command = '', ...first]: readonly string[], ...args: readonly string[]) => {
    const child = spawn(command, [...first, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      texts.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      texts.err += chunk.toString();
    });
    return { child, texts };
  };

  it.each(PROGRAMS)(
    'is named as not read, and everything else is judged: %s',
    { timeout: 60_000 },
    async (_title, program) => {
      const { child, texts } = start(program, 'check', '--live', '--json');
      const [code] = await once(child, 'close');
      expect(code).toBeLessThan(2);
      expect(texts.err).toMatch(/the executable of process \d+ \(hung\) was not read: there was no answer in time/);
      expect(JSON.parse(texts.out).total).toBeGreaterThan(30);
    },
  );

  it.each(PROGRAMS)(
    'does not keep a TERM from ending the command: %s',
    { timeout: 60_000 },
    async (_title, program) => {
      const { child } = start(program, 'capture', '-o', '/dev/null', '--interval', '1s');
      await new Promise((wait) => setTimeout(wait, 4000));
      const sent = performance.now();
      child.kill('SIGTERM');
      await once(child, 'close');
      // A second is what is promised; the rest is for a busy machine.
      expect(performance.now() - sent).toBeLessThan(5000);
    },
  );

  it('does not keep the screen from being used', { timeout: 60_000 }, async () => {
    const [command = '', ...first] = PROGRAMS.at(-1)?.[1] ?? [];
    const pty = new Pty(command, [...first, 'watch'], { columns: 120, rows: 36 });
    try {
      await pty.untilText('1 Checks');
      pty.type('q');
      await pty.exit();
    } finally {
      pty.dispose();
    }
  });
});
