/**
 * Feeds changed inputs to everything that reads files: `npm run fuzz -- [COUNT] [SEED]`. Ends with 1 when one crashed,
 * took five seconds or more, made far more of its bytes than there were, or lost a file whose name is not UTF-8, and when
 * the process ever had more than a gigabyte in memory. The same seed gives the same inputs.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { filesLost, inTree, namedFiles } from '../test/fuzz/byte-names.ts';
import { HEAVY } from '../test/fuzz/heavy.ts';
import { mutate } from '../test/fuzz/mutate.ts';
import { Random } from '../test/fuzz/random.ts';
import { readThrough } from '../test/fuzz/read.ts';
import { type Seed, seeds } from '../test/fuzz/seeds.ts';

const count = Number(process.argv[2] ?? 200_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 32);

/** A mutant is some kilobytes, or a megabyte: five seconds are a hang. */
const MAX_MS = 5000;
/** Large inputs may take this long for each byte: where each line is an event, it is made of some thousand steps. */
const MAX_MS_PER_BYTE = 1 / 1000;
const MAX_RSS = 2 ** 30;

/** One in so many mutants comes as files with odd names, in an archive and in a folder. */
const NAMES_EVERY = 20;

/** Characters that a byte may become: every line that is not understood is quoted, and hexadecimal arguments decode to two. */
const MAX_GROWTH = 64;
const ALLOWANCE = 64 * 1024;

interface Tally {
  inputs: number;
  refused: number;
  events: number;
  slowest: number;
}

const all = seeds() as readonly [Seed, ...Seed[]];
const random = new Random(seed);
const tallies = new Map<string, Tally>();
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
let failures = 0;

console.log(`seed ${seed}: ${count} inputs made of ${all.length} seeds`);
for (let done = 0; done < count; done += 1) {
  const from = all[done % all.length] ?? all[0];
  const bytes = mutate(from.bytes, random, random.pick(all).bytes);
  if (done % NAMES_EVERY === 0) await feedNamed([bytes, random.pick(all).bytes, from.bytes]);
  else await feed(from.name, bytes, MAX_MS);
  if (done % 20_000 === 19_999) console.error(`${done + 1} done`);
}
rmSync(folder, { recursive: true });
for (const { name, make, unpacked = 0 } of HEAVY) {
  const bytes = make();

  await feed(`heavy: ${name}`, bytes, MAX_MS + Math.max(bytes.length, unpacked) * MAX_MS_PER_BYTE);
}

console.log('seed\tinputs\trefused parts\tevents\tslowest ms');
for (const [name, { inputs, refused, events, slowest }] of tallies) {
  console.log(`${name}\t${inputs}\t${refused}\t${events}\t${slowest.toFixed(0)}`);
}
const peak = peakMemory();
console.log(`failures: ${failures}; memory at most: ${(peak / 2 ** 20).toFixed(0)} MiB`);
if (failures > 0 || peak > MAX_RSS) process.exitCode = 1;

/** Bytes that were resident at the most (VmHWM, proc_pid_status(5)). */
function peakMemory(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

async function feedNamed(contents: readonly Uint8Array[]): Promise<void> {
  const files = namedFiles(contents, random);
  await feed('odd names', files.archive, MAX_MS);
  try {
    const inArchive = files.names.map((name) => `fuzz!${name}`);
    const lost = [
      ...(await filesLost({ name: 'fuzz', bytes: files.archive }, inArchive)),
      ...(await inTree(files, folder, (tree) =>
        filesLost(
          tree,
          files.names.map((name) => join(tree, name)),
        ),
      )),
    ];
    if (lost.length > 0) fail('odd names', files.archive, `not accounted for: ${JSON.stringify(lost)}`);
  } catch (error) {
    fail('odd names', files.archive, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function feed(name: string, bytes: Uint8Array, maxMs: number): Promise<void> {
  const tally = tallies.get(name) ?? { inputs: 0, refused: 0, events: 0, slowest: 0 };
  tallies.set(name, tally);
  tally.inputs += 1;
  const start = performance.now();
  try {
    const { refused, events, characters } = await readThrough({ name: 'fuzz', bytes });
    tally.refused += refused;
    tally.events += events;
    if (characters > bytes.length * MAX_GROWTH + ALLOWANCE) fail(name, bytes, `made ${characters} characters of it`);
  } catch (error) {
    fail(name, bytes, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const took = performance.now() - start;
  tally.slowest = Math.max(tally.slowest, took);
  if (took > maxMs) fail(name, bytes, `took ${took.toFixed(0)} ms`);
}

function fail(name: string, bytes: Uint8Array, why: string): void {
  failures += 1;
  if (failures > 20) return;
  console.log(`FAILED ${name} (${bytes.length} bytes): ${why}`);
  if (bytes.length < 100_000) console.log(`  ${Buffer.from(bytes).toString('base64')}`);
}
