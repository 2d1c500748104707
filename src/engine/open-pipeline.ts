import { performance } from 'node:perf_hooks';
import { type AlertHandler, logHandler } from '../alerts/handlers/log.ts';
import { labBaseline } from '../anomaly/baseline.ts';
import { profileOf } from '../checks/profiles.ts';
import { DEFAULT_THRESHOLDS } from '../model/anomaly.ts';
import { openStore } from '../store/open.ts';
import type { QueryThread } from '../store/query-thread/query-thread.ts';
import type { EngineConfig } from './config.ts';
import { Pipeline } from './pipeline.ts';

export interface OpenOptions {
  readonly onTransition?: AlertHandler;
  /** Told when the alert log cannot be written; without it, the error ends what raised the alert. */
  readonly onLogError?: (error: unknown) => void;
  /** See `StoreOptions`. */
  readonly heldBytes?: number;
  readonly openBytes?: number;
  /** Where the user's own checks run; wanted where the configuration has any. */
  readonly queries?: QueryThread;
  /** See `StoreOptions`. */
  readonly entry?: URL;
  /** See `JudgeOptions`. */
  readonly blocking?: <Result>(work: () => Result) => Result;
  readonly onlyLast?: boolean;
}

/** A pipeline over a store of its own, as the configuration wants it. Throws `StoreError` when that cannot be opened. */
export async function openPipeline(config: EngineConfig, options: OpenOptions = {}): Promise<Pipeline> {
  const profile = profileOf(config.profile);
  const store = await openStore({
    maxEvents: config.maxEvents,
    stateDir: config.stateDir,
    ...(options.heldBytes === undefined ? {} : { heldBytes: options.heldBytes }),
    ...(options.openBytes === undefined ? {} : { openBytes: options.openBytes }),
    entry: options.entry ?? null,
  });
  // Tables are made when they are first used: an audit log alone wants none.
  if (Object.keys(profile.parameters).length > 0 || profile.helpers !== undefined) store.setBounds(profile);
  options.queries?.setBounds({ parameters: profile.parameters, helpers: profile.helpers });
  // A replay concludes from its recording alone, whatever an earlier run left behind.
  const isLive = config.input.mode === 'live';
  const stored = isLive ? store.baseline() : null;
  // Counts of intervals of another length say nothing about these.
  const kept = stored?.intervalMs === config.windowMs ? stored : null;
  const log = config.alertLog === null ? null : logHandler(config.alertLog);
  return new Pipeline({
    store,
    checks: [...profile.checks, ...(config.ownChecks ?? [])],
    exceptions: config.exceptions ?? [],
    ownRows: (inventory, sql) => {
      if (options.queries === undefined) throw new Error('there is no thread for checks of the user');
      return options.queries.rows(inventory, sql);
    },
    thresholds: DEFAULT_THRESHOLDS,
    windowMs: config.windowMs,
    learnMs: config.learnMs,
    baseline: config.learnMs === 0 ? labBaseline(config.windowMs, 0) : kept,
    alerts: isLive ? store.alerts() : [],
    onTransition: (transition) => {
      options.onTransition?.(transition);
      try {
        log?.(transition);
      } catch (error) {
        if (options.onLogError === undefined) throw error;
        options.onLogError(error);
      }
    },
    ...(options.blocking === undefined ? {} : { blocking: options.blocking }),
    onlyLast: options.onlyLast === true,
    stopwatch: () => performance.now(),
  });
}
