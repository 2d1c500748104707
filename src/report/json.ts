import type { Report } from '../model/report.ts';
import { safeJson } from '../text/safe-json.ts';

/** The report as one JSON document (docs/formats.md). Strings are raw: JSON escapes what is unsafe in it. */
export function reportJson(report: Report): string {
  return `${safeJson(report, 2)}\n`;
}
