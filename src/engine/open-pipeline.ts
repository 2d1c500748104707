import { performance } from 'node:perf_hooks';
import { type AlertHandler, logHandler } from '../alerts/handlers/log.ts';
import { labBaseline } from '../anomaly/baseline.ts';
import { BUILTIN_CHECKS } from '../checks/builtin.ts';
import { DEFAULT_THRESHOLDS } from '../model/anomaly.ts';
import { openStore } from '../store/store.ts';
import type { EngineConfig } from './config.ts';
import { Pipeline } from './pipeline.ts';

/** A pipeline over a store of its own, as the configuration wants it. Throws `StoreError` when that cannot be opened. */
export async function openPipeline(config: EngineConfig, onTransition?: AlertHandler): Promise<Pipeline> {
  const store = await openStore({ maxEvents: config.maxEvents, stateDir: config.stateDir });
  const log = config.alertLog === null ? null : logHandler(config.alertLog);
  return new Pipeline({
    store,
    checks: BUILTIN_CHECKS,
    thresholds: DEFAULT_THRESHOLDS,
    windowMs: config.windowMs,
    learnMs: config.learnMs,
    baseline: store.baseline() ?? (config.learnMs === 0 ? labBaseline(config.windowMs, 0) : null),
    onTransition: (transition) => {
      log?.(transition);
      onTransition?.(transition);
    },
    stopwatch: () => performance.now(),
  });
}
