import { EMPTY_INVENTORY, type InventoryView, type ReplayView, type Trends, type ViewModel } from '../model/view.ts';
import type { Store } from '../store/store.ts';
import { trendInterval } from '../trends/interval.ts';
import type { Pipeline } from './pipeline.ts';

const TREND_POINTS = 120;
const SHOWN = 500;
const RATE_SPAN_MS = 10_000;

export interface ViewExtras {
  readonly mode: ViewModel['mode'];
  readonly banner: string | null;
  readonly ended: boolean;
  readonly replay: ReplayView | null;
  /** Clock to show instead of the pipeline's: a replay's cursor. */
  readonly time: number | null;
}

/** What the screen shows of a pipeline now. */
export function buildView(pipeline: Pipeline, extras: ViewExtras): ViewModel {
  const { store, monitor } = pipeline;
  const time = extras.time ?? pipeline.time;
  return {
    mode: extras.mode,
    host: pipeline.host ?? '',
    time,
    eventsPerSecond: time === null ? 0 : store.countBetween(time - RATE_SPAN_MS, time) / (RATE_SPAN_MS / 1000),
    events: { stored: store.count(), shed: store.shed, seen: store.seen, changes: store.changes },
    storeBytes: store.bytes(),
    unreadable: { count: store.unreadableCount(), first: store.unreadable(SHOWN) },
    problems: pipeline.problems,
    banner: extras.banner,
    ended: extras.ended,
    replay: extras.replay,
    learningUntil: monitor.learningUntil,
    definitions: pipeline.definitions,
    checks: pipeline.checks,
    anomalies: monitor.anomalies.slice(-SHOWN).reverse(),
    alerts: monitor.alerts().slice(0, SHOWN),
    trends: buildTrends(store),
  };
}

/** Events per interval by severity over everything stored, and the check runs of that time. */
export function buildTrends(store: Store): Trends {
  const range = store.timeRange();
  const checkRuns = store.checkRuns(TREND_POINTS);
  if (range === null) return { intervalMs: 1000, events: [], checkRuns };
  const intervalMs = trendInterval(range.last - range.first, TREND_POINTS);
  return { intervalMs, events: store.rollup(intervalMs, range.first, range.last), checkRuns };
}

/** The objects on the host; empty before it was looked at. */
export function buildInventory(pipeline: Pipeline): InventoryView {
  if (pipeline.inventory === null) return EMPTY_INVENTORY;
  const { host, boot, time, covers, programs, maps, attachments, processes } = pipeline.inventory;
  return { host, boot, time, covers, programs, maps, attachments, processes };
}
