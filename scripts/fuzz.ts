/**
 * Feeds changed inputs to everything that reads files: `npm run fuzz -- [COUNT] [SEED]`. Ends with 1 when one crashed,
 * took a second or more, or made far more of its bytes than there were. The same seed gives the same inputs.
 */
import { performance } from 'node:perf_hooks';
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
let failures = 0;

console.log(`seed ${seed}: ${count} inputs made of ${all.length} seeds`);
for (let done = 0; done < count; done += 1) {
  const from = all[done % all.length] ?? all[0];
  const bytes = mutate(from.bytes, random, random.pick(all).bytes);
  await feed(from.name, bytes, MAX_MS);
  if (done % 20_000 === 19_999) console.error(`${done + 1} done`);
}
for (const { name, make, unpacked = 0 } of HEAVY) {
  const bytes = make();
  await feed(`heavy: ${name}`, bytes, MAX_MS + Math.max(bytes.length, unpacked) * MAX_MS_PER_BYTE);
}

console.log('seed\tinputs\trefused parts\tevents\tslowest ms');
for (const [name, { inputs, refused, events, slowest }] of tallies) {
  console.log(`${name}\t${inputs}\t${refused}\t${events}\t${slowest.toFixed(0)}`);
}
const rss = process.memoryUsage().rss;
console.log(`failures: ${failures}; memory at the end: ${(rss / 2 ** 20).toFixed(0)} MiB`);
if (failures > 0 || rss > MAX_RSS) process.exitCode = 1;

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
