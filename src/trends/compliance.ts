import type { CheckRunSummary } from '../model/check.ts';
import { lowest } from '../text/lists.ts';

/** How compliance moved over the check runs that were kept (lab 17.3, exercise 2). Rates are 0 to 1, or null. */
export interface ComplianceTrend {
  readonly runs: number;
  readonly firstPassRate: number | null;
  readonly lastPassRate: number | null;
  readonly lowestPassRate: number | null;
  readonly direction: 'improving' | 'worsening' | 'steady' | 'unknown';
}

/** Passed among those that could be decided; null when none could. */
export function passRate(run: CheckRunSummary): number | null {
  const decided = run.passed + run.failed;
  return decided === 0 ? null : run.passed / decided;
}

/** The trend over runs, oldest first. */
export function complianceTrend(runs: readonly CheckRunSummary[]): ComplianceTrend {
  const rates = runs.map(passRate).filter((rate) => rate !== null);
  const first = rates[0] ?? null;
  const last = rates[rates.length - 1] ?? null;
  return {
    runs: runs.length,
    firstPassRate: first,
    lastPassRate: last,
    lowestPassRate: rates.length === 0 ? null : lowest(rates),
    direction: directionOf(first, last, rates.length),
  };
}

function directionOf(first: number | null, last: number | null, count: number): ComplianceTrend['direction'] {
  if (first === null || last === null || count < 2) return 'unknown';
  if (last === first) return 'steady';
  return last > first ? 'improving' : 'worsening';
}
