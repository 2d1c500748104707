import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPipeline } from '../../src/engine/open-pipeline.ts';
import type { Pipeline } from '../../src/engine/pipeline.ts';
import { EVENT_TYPES } from '../../src/model/event.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { memoryInput } from '../../src/sources/bytes.ts';
import { asEventFile } from '../../src/sources/capture/event-file.ts';
import { openInputs } from '../../src/sources/open.ts';

const CONFIG = {
  input: { mode: 'replay', inputs: [], speed: 1 },
  profile: 'lab',
  maxEvents: 0,
  stateDir: null,
  windowMs: 1000,
  learnMs: 5000,
  alertLog: null,
} as const;

/** Everything that a file comes to, read by its lines (`whole`) or one event after the other. */
async function verdict(text: string, whole: boolean) {
  const input = memoryInput('events.jsonl', new TextEncoder().encode(text));
  const pipeline: Pipeline = await openPipeline(CONFIG);
  const source = await openInputs([{ name: input.name, bytes: new TextEncoder().encode(text) }]);
  const signal = new AbortController().signal;
  const file = whole ? asEventFile(source.inputs[0] ?? source) : null;
  if (file !== null) {
    const intake = pipeline.takeEvents(file);
    for await (const lines of file.lines(signal)) intake.push(lines);
    pipeline.tookEvents(intake);
  } else {
    expect(whole).toBe(false);
    for await (const batch of source.observations(signal)) pipeline.ingest(batch);
  }
  pipeline.finish();
  const { store, monitor } = pipeline;
  const found = {
    events: store.query({}).map(({ foldedInto: _, ...event }) => event),
    anomalies: monitor.anomalies,
    alerts: monitor.alerts(),
    baseline: monitor.baseline,
    // In which order they are told is left open.
    unreadable: [...store.unreadable(100)].sort((a, b) => (a.at.line ?? 0) - (b.at.line ?? 0)),
    time: pipeline.time,
    records: source.facts()[0]?.timeRange,
  };
  await store.close();
  return found;
}

const event = fc.record({
  id: fc.integer({ min: 0, max: 40 }).map((n) => `018d9188-0f6d-7000-8000-${String(n).padStart(12, '0')}`),
  time: fc.integer({ min: 0, max: 30_000 }).map((ms) => 1_700_000_000_000 + ms),
  type: fc.constantFrom(...EVENT_TYPES),
  severity: fc.constantFrom(...SEVERITIES),
  source: fc.constantFrom('audit', 'bpftool'),
  host: fc.constantFrom('web1', 'wéb2'),
  details: fc.dictionary(fc.constantFrom('summary', 'a'), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
  evidence: fc.constantFrom([], [{ origin: 'x', line: 1 }]),
});

/** The first line says what the file is. */
const FIRST = `{"id":"018d9188-0f6d-7000-8000-ffffffffffff","time":1700000000000,"type":"map-access","severity":"info","source":"audit","host":"web1","details":{},"evidence":[]}\n`;

const lines = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: event.map((each) => JSON.stringify(each)) },
    { weight: 1, arbitrary: event.map((each) => JSON.stringify({ event: each })) },
    { weight: 1, arbitrary: event.map((each) => JSON.stringify(each, null, 1).replaceAll('\n', ' ')) },
    { weight: 1, arbitrary: fc.constantFrom('', '{}', '{"id":1}', 'x', '{"unreadable":1}', `${FIRST.trim()}\r`) },
  ),
  { maxLength: 60 },
);

describe('a file of events taken by its lines', () => {
  it('comes to the same as one event after the other, where they are in order of time', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (given) => {
        const inOrder = [...given].sort((a, b) => timeOf(a) - timeOf(b));
        const text = FIRST + inOrder.map((line) => `${line}\n`).join('');
        expect(await verdict(text, true)).toEqual(await verdict(text, false));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every event whatever their order', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (given) => {
        const text = FIRST + given.join('\n');
        const [whole, each] = [await verdict(text, true), await verdict(text, false)];
        expect(whole.events).toEqual(each.events);
        expect(whole.unreadable).toEqual(each.unreadable);
      }),
      { numRuns: 40 },
    );
  });

  it('is told by the file with hosts, times and counts', async () => {
    const source = await openInputs([{ name: 'e', bytes: new TextEncoder().encode(FIRST) }]);
    const file = asEventFile(source.inputs[0] ?? source);
    const pipeline = await openPipeline(CONFIG);
    if (file === null) throw new Error('not seen as events');
    const intake = pipeline.takeEvents(file);
    for await (const piece of file.lines(new AbortController().signal)) intake.push(piece);
    pipeline.tookEvents(intake);
    expect(source.facts()).toMatchObject([
      { lines: 1, records: { event: 1 }, hosts: ['web1'], timeRange: { first: 1.7e12, last: 1.7e12 } },
    ]);
    expect(pipeline.host).toBe('web1');
    await pipeline.store.close();
  });

  it('is told with its own hosts, whatever is in the store already', async () => {
    const pipeline = await openPipeline(CONFIG);
    const other = JSON.parse(FIRST.replace('ffffffffffff', 'eeeeeeeeeeee').replace('web1', 'db7'));
    pipeline.store.append([other]);
    const source = await openInputs([{ name: 'e', bytes: new TextEncoder().encode(FIRST) }]);
    const file = asEventFile(source.inputs[0] ?? source);
    if (file === null) throw new Error('not seen as events');
    const intake = pipeline.takeEvents(file);
    for await (const piece of file.lines(new AbortController().signal)) intake.push(piece);
    pipeline.tookEvents(intake);
    expect([source.facts()[0]?.hosts, pipeline.host]).toEqual([['web1'], 'web1']);
    await pipeline.store.close();
  });
});

function timeOf(line: string): number {
  return Number(/"time":\s*(\d+)/.exec(line)?.[1] ?? 0);
}
