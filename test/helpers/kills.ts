import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, gunzipSync } from 'node:zlib';
import { Pty } from './pty.ts';

/** The compiled program (BPFWITNESS_BINARY names another one): only there does SIGKILL hit what users run. */
export const BINARY = resolve(process.env.BPFWITNESS_BINARY ?? resolve(import.meta.dirname, '../../dist/bpfwitness'));

/** What a number of kills came to. */
export interface Kills {
  readonly kills: number;
  /** Kills before which something was shown: an event on the screen, or a head on stderr. */
  readonly shown: number;
  /** Events or heads that were shown and are checked. */
  readonly checked: number;
  /** Programs of the events that were read back. */
  readonly events: number;
  /** What was lost, and what `verify` or `query` said that is not true; empty where all held. */
  readonly faults: readonly string[];
}

/** Longer than a busy machine takes to start the program and show something. */
const PATIENCE_MS = 60_000;

/** How often an audit record is appended: often enough that kills hit writes. */
const RECORD_EVERY_MS = 25;

/** A row of the events pane for one of our records. */
const ROW = /\baudit +program (\d+) was loaded\b/g;

/** An audit log that grows while the program follows it, each record with a program id of its own. */
class GrowingLog {
  readonly path: string;
  /** The id of the newest record. */
  newest = 7_000_000;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(path: string) {
    this.path = path;
    writeFileSync(path, '');
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.newest += 1;
      const at = `audit(${(Date.now() / 1000).toFixed(3)}:${this.newest})`;
      appendFileSync(this.path, `type=BPF msg=${at}: prog-id=${this.newest} op=LOAD\ntype=EOE msg=${at}: \n`);
    }, RECORD_EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

/**
 * Kills `watch --state` again and again, always with the same state directory. Each event that was a row on the screen
 * must be in it afterwards, and its hash chain must be whole.
 */
export async function killWatch(kills: number, folder: string, onKill = (_: number): void => {}): Promise<Kills> {
  const state = join(folder, 'state');
  const log = new GrowingLog(join(folder, 'watched.log'));
  const faults: string[] = [];
  const all = new Set<number>();
  let recorded = new Set<number>();
  let shown = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    const rows = new Set<number>();
    const pty = new Pty(BINARY, ['watch', '--state', state, '--audit-log', log.path], { columns: 160, rows: 50 });
    const see = (): void => {
      for (const [, id] of pty.lines().join('\n').matchAll(ROW)) rows.add(Number(id));
    };
    try {
      await until(() => pty.isAlternate);
      const before = log.newest;
      log.start();
      await until(() => {
        see();
        return Math.max(0, ...rows) > before;
      });
      if (Math.max(0, ...rows) > before) shown += 1;
      for (const end = performance.now() + Math.random() * 1500; performance.now() < end; await sleep(10)) see();
      process.kill(pty.pid, 'SIGKILL');
      await pty.ended();
      see();
    } finally {
      log.stop();
      pty.dispose();
    }
    for (const id of rows) all.add(id);
    recorded = programsIn(['--state', state], `kill ${kill} of watch`, faults);
    const lost = [...all].filter((id) => !recorded.has(id));
    if (lost.length > 0) faults.push(`kill ${kill} of watch: shown and lost: ${lost.join(' ')}`);
    const verified = run(['verify', state]);
    if (verified.status !== 0) faults.push(`kill ${kill} of watch: verify: ${verified.status} ${verified.text}`);
    onKill(kill);
  }
  return { kills, shown, checked: all.size, events: recorded.size, faults };
}

/**
 * Kills `capture --head-every`, each time with a file of its own, every second one packed. Each head that was printed must
 * be in the file, whose groups must be whole, and each record in the file must be read.
 */
export async function killCapture(kills: number, folder: string, onKill = (_: number): void => {}): Promise<Kills> {
  const log = new GrowingLog(join(folder, 'captured.log'));
  const faults: string[] = [];
  let [shown, checked, events] = [0, 0, 0];
  for (let kill = 1; kill <= kills; kill += 1) {
    const where = `kill ${kill} of capture`;
    const file = join(folder, `${kill}.capture${kill % 2 === 0 ? '.gz' : ''}`);
    const flags = ['--head-every', '1s', '--interval', '1s', '--audit-log', log.path];
    const child = spawn(BINARY, ['capture', '-o', file, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
    const stderr = textOf(child);
    try {
      await until(() => existsSync(file));
      log.start();
      await until(() => headsIn(stderr()).length > 1);
      await sleep(Math.random() * 1500);
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    } finally {
      log.stop();
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    const heads = headsIn(stderr());
    if (heads.length > 0) shown += 1;
    for (const head of heads) {
      checked += 1;
      const { status, text } = run(['verify', file, '--head', head]);
      if (status !== 1 || !text.includes('not closed') || !text.includes('it has the head that was given'))
        faults.push(`${where}: verify --head ${head}: ${status} ${text}`);
    }
    const read = programsIn([file], where, faults);
    events += read.size;
    const unread = programsWritten(file).filter((id) => !read.has(id));
    if (unread.length > 0) faults.push(`${where}: written and not read: ${unread.join(' ')}`);
    onKill(kill);
  }
  return { kills, shown, checked, events, faults };
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end && !condition(); ) await sleep(10);
}

function textOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += String(chunk);
  });
  return () => text;
}

function headsIn(stderr: string): readonly string[] {
  return [...stderr.matchAll(/\bhead ([0-9a-f]{64}) group \d+ at /g)].map(([, head = '']) => head);
}

function run(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(BINARY, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return { status, stdout, text: `${stdout}${stderr}`.trim() };
}

/** Program ids of the events that `query` gives. What is cut off at the end of a capture makes it exit with 3. */
function programsIn(args: readonly string[], where: string, faults: string[]): Set<number> {
  const { status, stdout, text } = run(['query', ...args, '--json']);
  const ids = stdout.split('\n').flatMap((line) => {
    const id: unknown = line === '' ? null : JSON.parse(line).details.object?.id;
    return typeof id === 'number' ? [id] : [];
  });
  if (status !== 0 && status !== 3) faults.push(`${where}: query: ${status} ${text}`);
  return new Set(ids);
}

/** Program ids in the whole lines of audit records in a capture, as far as it can be unpacked. */
function programsWritten(file: string): readonly number[] {
  const stored = readFileSync(file);
  const bytes = file.endsWith('.gz') ? gunzipSync(stored, { finishFlush: constants.Z_SYNC_FLUSH }) : stored;
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    if (!line.includes('"audit":{')) return [];
    return [...line.matchAll(/prog-id=(\d+) op=LOAD/g)].map(([, id]) => Number(id));
  });
}
