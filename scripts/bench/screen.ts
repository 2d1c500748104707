/**
 * CPU of the screen at 120×36 over a fake engine: idle, and for each frame with new data, as a ratio to a program that
 * builds and writes the same number of plain rows without Ink, in the same run.
 * `NODE_ENV=production deno run -A scripts/bench/screen.ts`
 */
import { EventEmitter } from 'node:events';
import process from 'node:process';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { runScreen } from '../../src/tui/run-screen.tsx';
import { someEvents, someInventory, someView } from '../../test/helpers/fake-data.ts';
import { FakeEngine } from '../../test/helpers/fake-engine.ts';

const COLUMNS = 120;
const ROWS = 36;
const UPDATES = 60;
/** Longer than Ink's own throttle of 33 ms, so that every update is a frame. */
const PAUSE_MS = 45;

class Sink extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly columns = COLUMNS;
  readonly rows = ROWS;
  bytes = 0;

  write(chunk: string, ...rest: unknown[]): boolean {
    this.bytes += chunk.length;
    const done = rest.find((argument) => typeof argument === 'function');
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  }
}

class Keys extends PassThrough {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** Milliseconds of CPU, user and system, that the work took. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}

async function updates(update: (index: number) => void): Promise<void> {
  for (let index = 0; index < UPDATES; index += 1) {
    update(index);
    await sleep(PAUSE_MS);
  }
}

const engine = new FakeEngine(someView(), someInventory(300, 80), someEvents(1_000));
const sink = new Sink();
const keys = new Keys();
const ended = runScreen(engine, {
  stdin: keys as unknown as NodeJS.ReadStream,
  stdout: sink as unknown as NodeJS.WriteStream,
  stderr: new PassThrough() as unknown as NodeJS.WriteStream,
  theme: 'color',
  ascii: false,
  version: 'bench',
  folded: true,
});

const update = (index: number): void => {
  engine.addEvents(someEvents(3, 1_000 + index * 3));
  engine.setView({ time: (engine.view()?.time ?? 0) + 250, eventsPerSecond: index });
};
await updates(update);
const idle = await cpuOf(() => sleep(2_000));
const bytesBefore = sink.bytes;
const screen = await cpuOf(() => updates(update));
const bytes = (sink.bytes - bytesBefore) / UPDATES;
keys.write('q');
await ended;

const plain = new Sink();
const raw = await cpuOf(() =>
  updates((index) => {
    const rows = Array.from({ length: ROWS }, (_, row) => `\x1b[${row + 1};1H${`${index} row ${row}`.padEnd(COLUMNS)}`);
    plain.write(rows.join(''));
  }),
);

const perFrame = screen / UPDATES;
const rawPerFrame = raw / UPDATES;
console.log(`idle screen        ${((idle / 2_000) * 100).toFixed(1)} % of a core`);
console.log(`a frame with data  ${perFrame.toFixed(1)} ms of CPU, ${Math.round(bytes)} bytes`);
console.log(`a plain frame      ${rawPerFrame.toFixed(2)} ms of CPU`);
console.log(`ratio              ${(perFrame / rawPerFrame).toFixed(0)} x`);
console.log(`at 4 frames/s      ${((perFrame * 4) / 10).toFixed(1)} % of a core`);
process.exit(0);
