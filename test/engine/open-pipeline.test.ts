import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labBaseline } from '../../src/anomaly/baseline.ts';
import type { EngineConfig } from '../../src/engine/config.ts';
import { openPipeline } from '../../src/engine/open-pipeline.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'pipeline-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const LIVE: EngineConfig['input'] = {
  mode: 'live',
  live: { pollMs: 2000, bpftool: null, cgroups: false, watchConfigMaps: false, countEntries: false, auditLog: null },
};

async function baselineWith(over: Partial<EngineConfig>) {
  const base = {
    input: LIVE,
    profile: 'lab',
    maxEvents: 100,
    stateDir,
    windowMs: 10_000,
    learnMs: 60_000,
    alertLog: null,
  };
  const pipeline = await openPipeline({ ...base, ...over });
  const { baseline } = pipeline.monitor;
  await pipeline.store.close();
  return baseline;
}

describe('a baseline that was learned earlier', () => {
  const learned = { ...labBaseline(10_000, 5), avgEventsPerInterval: 3 };

  beforeEach(async () => {
    const { store } = await openPipeline({
      input: LIVE,
      profile: 'lab',
      maxEvents: 100,
      stateDir,
      windowMs: 10_000,
      learnMs: 60_000,
      alertLog: null,
    });
    store.saveBaseline(learned);
    await store.close();
  });

  it('serves a watch with intervals of the same length', async () => {
    expect(await baselineWith({})).toEqual(learned);
  });

  it('says nothing about intervals of another length', async () => {
    expect(await baselineWith({ windowMs: 60_000 })).toBeNull();
  });

  it('gives way to the built-in one when nothing is to be learned', async () => {
    expect(await baselineWith({ learnMs: 0 })).toEqual(labBaseline(10_000, 0));
  });

  it('says nothing about a recording', async () => {
    expect(await baselineWith({ input: { mode: 'replay', inputs: [], speed: 1 } })).toBeNull();
  });
});
