import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runHeadless } from '../../src/cli/headless.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import { reportOf } from '../../src/cli/report-of.ts';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Report } from '../../src/model/report.ts';
import { openCaptureWriter } from '../../src/sources/capture/writer.ts';
import { BpfLab, whyNotLive } from '../helpers/bpf.ts';

describe.skipIf(whyNotLive() !== null)('a live run and the replay of its capture', () => {
  let folder: string;
  let lab: BpfLab;
  beforeEach(() => {
    lab = new BpfLab();
  });
  afterEach(() => lab.clean());
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const analysis = { maxEvents: 100_000, window: 1000, learn: 2000 };
  const live = liveConfig({ interval: 250, auditLog: false, watchConfigMaps: true });

  it.each(['host.capture', 'host.capture.gz'])('give the same verdict (%s)', { timeout: 60_000 }, async (name) => {
    const path = join(folder, name);
    const writer = openCaptureWriter(path, { host: hostname(), startedAt: Date.now(), tool: 'test' });
    const running = runHeadless(engineConfig(analysis, { mode: 'live', live }), {
      forMs: 7000,
      record: (observations) => writer.write(observations),
    });
    await provoke(lab);
    const lived = await running;
    await writer.close();
    const replayed = await replay(path);
    const again = await replay(path);

    const events = lived.pipeline.store.query({});
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['program-load', 'program-unload', 'map-create', 'map-delete', 'config-change']),
    );
    expect(replayed.pipeline.store.query({}).map(withoutVia)).toEqual(events);
    const report = reportOf(lived, 0);
    expect(report.anomalies.length).toBeGreaterThan(0);
    expect(report.alerts.length).toBeGreaterThan(0);
    expect(verdict(reportOf(replayed, 0))).toEqual(verdict(report));
    expect(JSON.stringify(timeless(reportOf(again, 0)))).toBe(JSON.stringify(timeless(reportOf(replayed, 0))));
    for (const run of [lived, replayed, again]) await run.pipeline.store.close();
  });

  function replay(path: string) {
    const input = { mode: 'replay', inputs: [path], speed: Number.POSITIVE_INFINITY } as const;
    return runHeadless(engineConfig(analysis, input));
  }
});

/** After a quiet start: programs come, a config map changes and freezes, all go. */
async function provoke(lab: BpfLab): Promise<void> {
  await pause(3500);
  lab.load('watched');
  await pause(700);
  lab.update('wit_config', 0, 7);
  await pause(700);
  lab.freeze('wit_config');
  await pause(700);
  lab.clean();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The event as the live run had it: not carried by a capture. */
function withoutVia(event: AuditEvent): AuditEvent {
  return { ...event, evidence: event.evidence.map(({ via: _via, ...evidence }) => evidence) };
}

/** What the verdict is, apart from what was read to reach it. */
function verdict({ intake: _intake, ...report }: Report) {
  return timeless(report);
}

function timeless<T extends Pick<Report, 'securityChecks'>>(report: T) {
  const securityChecks = report.securityChecks.map((result) => ({ ...result, durationMs: 0 }));
  return { ...report, reportId: '', generatedAt: 0, securityChecks };
}
