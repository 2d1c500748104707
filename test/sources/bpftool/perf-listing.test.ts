import { afterEach, describe, expect, it } from 'vitest';
import { PerfListing, withPerf } from '../../../src/sources/bpftool/perf-listing.ts';
import { type FakeTool, fakeTool } from '../../helpers/fake-tool.ts';

describe('the perf events that bpftool lists', () => {
  let tool: FakeTool | null = null;
  afterEach(() => tool?.remove());
  const signal = new AbortController().signal;

  it('stand among the other listings', async () => {
    tool = fakeTool('bpftool', `echo '[{"pid":5,"fd":3,"prog_id":9}]'`);
    const answer = await new PerfListing(tool.path).ask(signal);
    const listings = { answers: new Map(), pids: [1], bytes: 10, repairs: [] };
    const all = withPerf(listings, answer);
    expect([...all.answers]).toEqual([['perf', { elements: [{ pid: 5, fd: 3, prog_id: 9 }], errors: [] }]]);
    expect(all.pids).toHaveLength(2);
    expect(all.bytes).toBeGreaterThan(10);
  });

  it('are not waited for where it takes long, nor asked for again at once', { timeout: 30_000 }, async () => {
    tool = fakeTool('bpftool', 'exec sleep 100');
    let time = 0;
    const perf = new PerfListing(tool.path, () => time);
    const { answer } = await perf.ask(signal);
    expect(answer).toEqual({ elements: null, errors: ['timed out after 2 s'] });
    const { answer: again, pids } = await perf.ask(signal);
    expect(again.elements).toBeNull();
    expect(again.errors[0]).toContain('not asked');
    expect(pids).toEqual([]);
    time = 60_000;
    expect((await perf.ask(signal)).pids).toHaveLength(1);
  });
});
