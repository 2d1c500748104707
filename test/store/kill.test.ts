import { spawn } from 'node:child_process';
import process from 'node:process';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { temporaryDirectory } from './fixture.ts';
import { batchSize, makeEvent } from './fixture-event.ts';

const KILLS = 50;
const AT_A_TIME = 2;
const CHILD = new URL('./kill-child.ts', import.meta.url).pathname;

/** When a child is killed: this long after it was started or after its first acknowledgement. */
interface Moment {
  readonly after: 'start' | 'first acknowledgement';
  readonly delayMs: number;
}

/** Starts a child that records from event `first`, kills it, and gives the number of events that it acknowledged. */
function killedChild(directory: string, first: number, { after, delayMs }: Moment): Promise<number> {
  const child = spawn(process.execPath, ['run', '-A', CHILD, directory, String(first)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => setTimeout(() => child.kill('SIGKILL'), delayMs);
  if (after === 'start') kill();
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      if (output === '' && after !== 'start') kill();
      output += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (_, signal) => {
      // The last line may be cut short by the kill: only whole lines are acknowledgements.
      const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
      if (signal !== 'SIGKILL') reject(new Error(`the child ended by itself: ${errors}`));
      else resolve(Number(lines.at(-2) ?? first));
    });
  });
}

it(`${KILLS} kills at any moment lose no event that was acknowledged`, { timeout: 120_000 }, async () => {
  let started = 0;
  const one = async () => {
    const directory = temporaryDirectory();
    let first = 0;
    const amended = new Set<number>();
    while (started < KILLS) {
      started += 1;
      // Every third in its first moments, recovery included; the others while they write and begin new journals.
      const acknowledged = await killedChild(
        directory,
        first,
        started % 3 === 0
          ? { after: 'start', delayMs: 100 + ((started * 13) % 150) }
          : { after: 'first acknowledgement', delayMs: (started * 7) % 60 },
      );
      const store = await openStore({ maxEvents: 0, stateDir: directory });
      const count = store.count();
      expect(store.integrity()).toEqual([]);
      expect(count).toBeGreaterThanOrEqual(acknowledged);
      // An exact prefix of whole batches, each with the amendment that was flushed with it.
      for (let batch = first; batch < count; batch += batchSize(batch)) amended.add(batch);
      const events = store.query({}).toReversed();
      expect(events.map(({ id, details }) => [id, details.amended === true])).toEqual(
        Array.from({ length: count }, (_, number) => [makeEvent(number).id, amended.has(number)]),
      );
      store.close();
      first = count;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
});
