import { afterEach, describe, expect, it } from 'vitest';
import { openPipeline } from '../../src/engine/open-pipeline.ts';
import type { Pipeline } from '../../src/engine/pipeline.ts';
import { Playhead } from '../../src/engine/playhead.ts';
import { Tape } from '../../src/engine/tape.ts';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Observation } from '../../src/model/observation.ts';
import { auditDenied, auditLoad, bpftoolMap, bpftoolProgram, snapshotAt } from '../helpers/observations.ts';

const START = 1_700_000_000_000;
const SECOND = 1000;

const open: Pipeline[] = [];
afterEach(async () => {
  for (const pipeline of open.splice(0)) await pipeline.store.close();
});

async function pipeline(onlyLast = false): Promise<Pipeline> {
  const made = await openPipeline(
    {
      input: { mode: 'replay', inputs: [], speed: 1 },
      profile: 'lab',
      maxEvents: 10_000,
      stateDir: null,
      windowMs: 10 * SECOND,
      learnMs: 60 * SECOND,
      alertLog: null,
    },
    { onlyLast },
  );
  open.push(made);
  return made;
}

/** A quiet minute and a half, then a burst of loads, refused loads and a config map. */
function recording(): Observation[] {
  const observations: Observation[] = [];
  const prog = [bpftoolProgram(1)];
  for (let second = 0; second < 90; second += 2) {
    observations.push(snapshotAt(START + second * SECOND, { prog: [...prog], map: [bpftoolMap(1)] }));
  }
  for (let i = 0; i < 20; i += 1) {
    const time = START + 90 * SECOND + i * 100;
    observations.push(auditLoad(time, 100 + i, 10 + i), auditDenied(time + 50, 200 + i));
    prog.push(bpftoolProgram(10 + i));
  }
  const map = [bpftoolMap(1), bpftoolMap(2, { name: 'app_config' })];
  observations.push(snapshotAt(START + 94 * SECOND, { prog, map }));
  for (let second = 96; second < 130; second += 2)
    observations.push(snapshotAt(START + second * SECOND, { prog, map }));
  return observations;
}

/** All that a pipeline came to, without how long its checks took. */
function verdict(of: Pipeline) {
  return {
    events: of.store.query({}),
    anomalies: of.monitor.anomalies,
    alerts: of.monitor.alerts(),
    baseline: of.monitor.baseline,
    checks: of.checks?.results.map((result) => ({ ...result, durationMs: 0 })),
    runs: of.store.checkRuns(1000),
  };
}

describe('the pipeline', () => {
  it('makes events, anomalies, alerts and check runs of observations', async () => {
    const p = await pipeline();
    p.ingest(recording());
    p.finish();
    // Bpftool and the audit log saw the same twenty loads.
    expect(p.store.countByType()).toMatchObject({ 'program-load': 20, 'access-denied': 20, 'map-create': 1 });
    const [load] = p.store.query({ types: ['program-load'], limit: 1 });
    expect(load?.evidence.map(({ origin }) => origin)).toEqual(
      expect.arrayContaining(['/var/log/audit/audit.log', 'bpftool prog show']),
    );
    expect(load?.details).toMatchObject({ actor: { comm: 'loader', pid: 4242 }, object: { name: 'prog_29' } });
    expect(p.monitor.anomalies.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['high-event-rate', 'new-event-types', 'severity-escalation']),
    );
    expect(p.monitor.alerts()[0]).toMatchObject({ severity: 'error', state: 'firing' });
    const frozen = p.checks?.results.find(({ id }) => id === 'check-frozen-config');
    expect(frozen?.violations.map(({ objectName }) => objectName)).toEqual(['app_config']);
    expect(p.checks).toMatchObject({ overall: 'fail', inconclusive: 3 });
    expect(p.host).toBe('testhost');
  });

  it('comes to the same whether observations arrive one by one or together', async () => {
    const [a, b] = [await pipeline(), await pipeline()];
    a.ingest(recording());
    for (const observation of recording()) b.ingest([observation]);
    a.finish();
    b.finish();
    expect(verdict(b)).toEqual(verdict(a));
  });

  it('runs the checks when the inventory changed, and once a minute', async () => {
    const p = await pipeline();
    p.ingest(recording());
    const times = p.store.checkRuns(100).map(({ time }) => (time - START) / SECOND);
    expect(times).toEqual([0, 60, 94]);
  });

  it('judges one host, and says of another that it is not judged', async () => {
    const p = await pipeline();
    const bad = (second: number) => snapshotAt(START + second * SECOND, { prog: [bpftoolProgram(1, { uid: 0 })] });
    const good = (second: number) => snapshotAt(START + second * SECOND, { host: 'other' });
    p.ingest([bad(0), good(1), bad(2), good(3)]);
    p.finish();
    expect(p.host).toBe('testhost');
    expect(p.checks?.results[0]).toMatchObject({ id: 'check-root-programs', status: 'failed' });
    expect([...p.otherHosts]).toEqual(['other']);
    expect(p.problems[0]?.message).toBe('checks and alerts are of testhost only; give by itself what is of other');
  });

  it('names some of very many other hosts, and keeps a bounded number of their names', async () => {
    const p = await pipeline();
    const hosts = Array.from({ length: 1500 }, (_, at) => `host-${at}-${'x'.repeat(10_000)}`);
    p.ingest([snapshotAt(START), ...hosts.map((host, at) => snapshotAt(START + at, { host }))]);
    expect(p.otherHosts.size).toBe(1000);
    expect(p.problems[0]?.message.length).toBeLessThan(10_000);
    expect(p.problems[0]?.message).toMatch(/host-19-x+ and others$/);
  });

  it('passes nothing where another host was not judged', async () => {
    const p = await pipeline();
    const whole = { processes: [], settings: {}, helpers: {}, audit: { enabled: 1, lost: 0, backlog: 0 } };
    p.ingest([snapshotAt(START, whole)]);
    const alone = p.checks?.overall;
    p.ingest([snapshotAt(START + SECOND, { ...whole, host: 'other' })]);
    expect([alone, p.checks?.overall]).toEqual(['pass', 'inconclusive']);
  });

  it('judges nothing to be fine that it never looked at', async () => {
    const p = await pipeline();
    p.ingest([auditLoad(START, 1, 7)]);
    p.finish();
    expect(p.checks).toMatchObject({ passed: 0, failed: 0, inconclusive: 6, overall: 'inconclusive' });
  });
});

describe('the playhead', () => {
  it('shows at each moment what a pipeline knew that had seen only so much', async () => {
    const all = recording();
    const tape = new Tape(null);
    for (let i = 0; i < all.length; i += 7) tape.push(all.slice(i, i + 7));
    const head = new Playhead(await pipeline(), tape);
    for (const second of [0, 45, 91, 91.05, 200]) {
      const until = START + second * SECOND;
      await head.feed(
        () => until,
        () => false,
        () => {},
      );
      expect(head.position).toBe(until);
      const live = await pipeline();
      live.ingest(all.filter(({ time }) => time !== null && time <= until));
      expect(verdict(head.pipeline)).toEqual(verdict(live));
    }
  });
});

describe('event lines', () => {
  const event = (id: string, over: Partial<AuditEvent> = {}): Observation => {
    const one: AuditEvent = {
      id,
      time: START,
      type: 'map-access',
      severity: 'info',
      source: 'lab',
      host: 'h',
      details: { a: 1 },
      evidence: [],
      ...over,
    };
    return { kind: 'event', time: one.time, event: one, via: { file: 'e.jsonl', line: 7 } };
  };

  it('that come again add what they know', async () => {
    const p = await pipeline();
    p.ingest([event('x'), event('x')]);
    p.ingest([event('x', { details: { a: 2, b: 3 }, evidence: [{ origin: 'o' }] })]);
    expect(p.store.unreadableCount()).toBe(0);
    expect(p.store.query({})).toMatchObject([{ id: 'x', details: { a: 1, b: 3 }, evidence: [{ origin: 'o' }] }]);
  });

  it('with the id of another event are not dropped in silence', async () => {
    const p = await pipeline();
    p.ingest([event('x'), event('x', { type: 'program-load' }), event('y')]);
    p.ingest([event('x', { time: START + 1 })]);
    expect(p.store.count()).toBe(2);
    expect(p.store.unreadable(10)).toEqual([
      { at: { file: 'e.jsonl', line: 7 }, reason: 'event has the id of another event', text: 'x' },
      { at: { file: 'e.jsonl', line: 7 }, reason: 'event has the id of another event', text: 'x' },
    ]);
  });
});

describe('the tape', () => {
  it('knows the moments of its observations', () => {
    const tape = new Tape(null);
    tape.push([snapshotAt(START), snapshotAt(START), auditLoad(START + 5, 1, 1)]);
    tape.push([snapshotAt(START + 5), snapshotAt(START + 9)]);
    expect(tape.times).toEqual([START, START + 5, START + 9]);
  });

  it('is stepped through by time even where its time runs back', () => {
    const tape = new Tape(null);
    tape.push([auditLoad(START + 9, 1, 1), auditLoad(START + 2, 2, 2), auditLoad(START + 9, 3, 3)]);
    tape.seal();
    expect(tape.times).toEqual([START + 2, START + 9]);
  });

  it('reads a long recording again instead of keeping it', async () => {
    let reads = 0;
    const batch = Array.from({ length: 50_000 }, (_, i) => auditLoad(START + i, i, i));
    const tape = new Tape(async function* () {
      reads += 1;
      for (let i = 0; i < 5; i += 1) yield batch;
    });
    for (let i = 0; i < 5; i += 1) tape.push(batch);
    let count = 0;
    for await (const played of tape.play()) count += played.length;
    expect({ reads, count }).toEqual({ reads: 1, count: 250_000 });
  });
});

describe('a pipeline of which only the last verdict is wanted', () => {
  const checksOf = (of: Pipeline) => ({
    ...of.checks,
    results: of.checks?.results.map((result) => ({ ...result, durationMs: 0 })),
  });

  it('comes to the same, with one run of the checks', async () => {
    const quiet = [
      snapshotAt(START + 200 * SECOND),
      snapshotAt(START + 230 * SECOND),
      snapshotAt(START + 270 * SECOND),
    ];
    for (const observations of [recording(), [...recording(), ...quiet], recording().slice(0, 3), []]) {
      const [each, last] = [await pipeline(), await pipeline(true)];
      for (const p of [each, last]) {
        p.gather(observations);
        p.finish();
      }
      expect(checksOf(last)).toEqual(checksOf(each));
      expect(last.inventory).toEqual(each.inventory);
      expect(last.store.query({})).toEqual(each.store.query({}));
      expect(last.store.rows('SELECT * FROM program')).toEqual(each.store.rows('SELECT * FROM program'));
      expect(last.store.checkRuns(10)).toHaveLength(1);
    }
  });

  it('takes no time for looks that are each another', async () => {
    const p = await pipeline(true);
    for (let n = 0; n < 3000; n += 1) p.gather([snapshotAt(START + n * SECOND, { prog: [bpftoolProgram(n + 1)] })]);
    p.finish();
    expect(p.store.rows('SELECT id FROM program')).toEqual([{ id: 3000 }]);
    expect(p.checks?.time).toBe(START + 2999 * SECOND);
  });
});
