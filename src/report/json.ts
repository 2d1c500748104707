import type { Report } from '../model/report.ts';

/** The report as one JSON document (docs/formats.md). Strings are raw: JSON escapes what is unsafe in it. */
export function reportJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
