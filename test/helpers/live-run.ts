import { hostname } from 'node:os';
import { profileNameOf } from '../../src/checks/own-profile.ts';
import { runHeadless } from '../../src/cli/headless.ts';
import type { LiveFlags } from '../../src/cli/options.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import { reportOf } from '../../src/cli/report-of.ts';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Report } from '../../src/model/report.ts';
import { openCaptureWriter } from '../../src/sources/capture/writer.ts';

const ANALYSIS = { profile: 'lab', maxEvents: 100_000, window: 1000, learn: 2000 };

/** What a run came to. */
export interface Outcome {
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  readonly report: Report;
}

/** Watches this kernel for `forMs` while `provoke` does things to it, and writes a capture of it to `path`. */
export async function watchAndCapture(
  path: string,
  flags: Partial<LiveFlags>,
  forMs: number,
  provoke: () => Promise<void>,
): Promise<Outcome> {
  const live = liveConfig({ interval: 250, auditLog: false, watchConfigMaps: true, ...flags });
  const writer = openCaptureWriter(path, { host: hostname(), startedAt: Date.now(), tool: 'test' }, { now: () => 1 });
  const running = runHeadless(engineConfig(ANALYSIS, { mode: 'live', live }), {
    forMs,
    record: (observations) => writer.write(observations),
  });
  await provoke();
  const outcome = await outcomeOf(running);
  await writer.close();
  return outcome;
}

/** Replays a capture with the same analysis. */
export function replayOf(path: string): Promise<Outcome> {
  const input = { mode: 'replay', inputs: [path], speed: Number.POSITIVE_INFINITY } as const;
  return outcomeOf(runHeadless(engineConfig(ANALYSIS, input)));
}

/** The event as the live run had it: not carried by a capture. */
export function withoutVia(event: AuditEvent): AuditEvent {
  return { ...event, evidence: event.evidence.map(({ via: _via, ...evidence }) => evidence) };
}

/** What the verdict is, apart from what was read to reach it and from the run itself. */
export function verdictOf({ intake: _intake, ...report }: Report) {
  return timeless(report);
}

/** The same report at another time: without id and run times. */
export function timeless<T extends Pick<Report, 'securityChecks'>>(report: T) {
  const securityChecks = report.securityChecks.map((result) => ({ ...result, durationMs: 0 }));
  return { ...report, reportId: '', generatedAt: 0, securityChecks };
}

async function outcomeOf(running: ReturnType<typeof runHeadless>): Promise<Outcome> {
  const run = await running;
  const outcome = { events: run.pipeline.store.query({}), report: reportOf(run, profileNameOf(ANALYSIS.profile), 0) };
  await run.pipeline.store.close();
  return outcome;
}
