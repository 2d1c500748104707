import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import { openLiveSources } from '../../src/engine/live-sources.ts';
import { openPipeline } from '../../src/engine/open-pipeline.ts';
import type { EventType } from '../../src/model/event.ts';
import { Auditd, whyNoAuditd } from '../helpers/auditd.ts';
import { whyNotLive } from '../helpers/bpf.ts';
import { Churn } from '../helpers/churn.ts';

/** BPFWITNESS_POLLS=1000 takes half a minute; what the audit log told is only judged after ten seconds. */
const POLLS = Number(process.env.BPFWITNESS_POLLS ?? 60);

/** What must not be said of an honest host. The first also looks across at the loads that the audit log told. */
const QUIET = ['check-unlisted-objects', 'check-ownerless-programs', 'check-probe-events', 'check-function-hooks'];

const skipped = whyNotLive();
const withoutAuditd = skipped === null ? whyNoAuditd() : skipped;

describe.skipIf(skipped !== null)('a busy honest host', () => {
  const auditd = withoutAuditd === null ? new Auditd() : null;
  beforeAll(() => auditd?.start());
  afterAll(() => auditd?.stop());

  const timeout = 20_000 + POLLS * 500;
  it('is not said to hide anything, however often and fast it is looked at', { timeout }, async () => {
    const live = liveConfig({ interval: 1, auditLog: auditd?.log ?? false });
    const analysis = { profile: 'default', maxEvents: 1_000_000, window: 1000, learn: 2000 };
    const pipeline = await openPipeline(engineConfig(analysis, { mode: 'live', live }));
    const source = await openLiveSources(live);
    const stop = new AbortController();
    const churn = new Churn(3);
    const alarms: string[] = [];
    const seen = { polls: 0, withUnlisted: 0, withUnkept: 0, withUnowned: 0, gaps: 0, loads: 0, unloads: 0 };
    try {
      for await (const observations of source.observations(stop.signal)) {
        pipeline.ingest(observations);
        // After a gap, what the audit log told is not held against the listings.
        seen.gaps += observations.filter(({ kind }) => kind === 'gap').length;
        if (!observations.some(({ kind }) => kind === 'snapshot')) continue;
        seen.polls += 1;
        const { unlisted = [], unkept = [], kernelHooks = [] } = pipeline.inventory ?? {};
        if (unlisted.length > 0) seen.withUnlisted += 1;
        if (unkept.length > 0) seen.withUnkept += 1;
        if (kernelHooks.some(({ since }) => since !== null)) seen.withUnowned += 1;
        for (const { id, violations } of pipeline.checks?.results ?? []) {
          if (!QUIET.includes(id)) continue;
          for (const each of violations) {
            alarms.push(`look ${seen.polls}: ${id}: ${each.objectKind} ${each.objectId} ${each.message}`);
          }
        }
        if (seen.polls === POLLS) stop.abort();
      }
    } finally {
      const made = await churn.stop();
      const count = (type: EventType) => pipeline.store.query({ types: [type], limit: 1_000_000 }).length;
      seen.loads = count('program-load');
      seen.unloads = count('program-unload');
      await pipeline.store.close();
      console.log(JSON.stringify({ made, seen, alarms: alarms.length, auditLog: auditd !== null }));
    }
    expect(alarms).toEqual([]);
    expect(seen.polls).toBe(POLLS);
    expect(Math.min(seen.loads, seen.unloads, seen.withUnkept)).toBeGreaterThan(0);
  });
});
