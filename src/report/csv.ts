import { stringify } from 'csv-stringify/sync';
import type { CheckResult } from '../model/check.ts';
import type { Report } from '../model/report.ts';
import { exceptionLines } from '../text/describe-exception.ts';
import { describeViolation } from '../text/describe-violation.ts';
import { printable } from '../text/sanitise.ts';

/**
 * The checks as CSV (RFC 4180) with the lab's header. A cell that a spreadsheet would run as a formula gets a quote
 * before it (OWASP, CSV Injection); control characters are shown as escapes, so a cell never breaks a line.
 */
export function reportCsv(report: Report): string {
  const rows = report.securityChecks.map((result) => [
    result.id,
    printable(result.name),
    result.severity,
    result.status === 'passed' || result.status === 'failed' ? String(result.status === 'passed') : result.status,
    printable(detailsOf(result)),
  ]);
  return stringify([['check_id', 'name', 'severity', 'passed', 'details'], ...rows], {
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}

function detailsOf(result: CheckResult): string {
  return [outcomeOf(result), ...exceptionLines(result)].join('; ');
}

function outcomeOf(result: CheckResult): string {
  if (result.status === 'passed') return 'OK';
  if (result.status === 'not-applicable') return 'nothing here that it is about';
  if (result.status === 'inconclusive') return result.reason ?? '';
  return result.violations.map(describeViolation).join('; ');
}
