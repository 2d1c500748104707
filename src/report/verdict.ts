import type { CheckResult, CheckStatus, OverallStatus } from '../model/check.ts';

/** How a person is told of a check's status, in every format. */
export const STATUS_WORDS: { readonly [status in CheckStatus]: string } = {
  passed: 'PASS',
  failed: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
  'not-applicable': 'N/A',
};

/** The status of a check that alone would give this overall one. */
export const OVERALL_STATUS: { readonly [overall in OverallStatus]: CheckStatus } = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
};

/** What there is to say of a check without violations, raw. */
export function outcomeText({ status, reason }: CheckResult): string {
  if (status === 'inconclusive') return `Could not look: ${reason ?? ''}`;
  return status === 'not-applicable' ? 'Nothing here that it is about' : 'OK';
}
