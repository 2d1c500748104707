import { performance } from 'node:perf_hooks';
import type { CheckTest, PackCheck } from '../checks/pack/pack.ts';
import { type CheckQuery, runChecks } from '../checks/run.ts';
import type { CheckStatus } from '../model/check.ts';
import { SECTIONS } from '../model/snapshot.ts';
import type { QueryThread } from '../store/query-thread/query-thread.ts';
import { plural } from '../text/units.ts';

/** How a test of a check went; `problem` is null where it passed. */
export interface TestOutcome {
  readonly check: string;
  readonly test: CheckTest;
  readonly problem: string | null;
}

/** Runs the tests of a check, each over tables that hold only its rows, on a host that was looked at everywhere. */
export function testCheck({ definition, tests }: PackCheck, thread: QueryThread): readonly TestOutcome[] {
  return tests.map((test) => {
    // Filled for each test: another may have had the same rows.
    const contents = { given: test.given };
    let fault: string | null = null;
    const query: CheckQuery = (sql) => {
      try {
        return thread.rows(contents, sql);
      } catch (error) {
        fault = error instanceof Error ? error.message : String(error);
        throw error;
      }
    };
    const { results } = runChecks([definition], query, SECTIONS, 0, () => performance.now());
    const status = results[0]?.status ?? 'inconclusive';
    const problem = fault ?? differenceOf(test, status, results[0]?.violations.length ?? 0);
    return { check: definition.id, test, problem };
  });
}

function differenceOf(test: CheckTest, status: CheckStatus, violations: number): string | null {
  const isAsExpected = test.status === status && (test.violations === null || test.violations === violations);
  if (isAsExpected) return null;
  const wanted = test.violations === null ? test.status : `${test.status} with ${plural(test.violations, 'violation')}`;
  return `expected ${wanted}, it is ${status} with ${plural(violations, 'violation')}`;
}
