/** Severities in rising order (lab 17.3, step 1.1). */
export const SEVERITIES = ['debug', 'info', 'warning', 'error', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** 0 for debug to 4 for critical. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** True when `severity` is `minimum` or worse. */
export function isAtLeast(severity: Severity, minimum: Severity): boolean {
  return severityRank(severity) >= severityRank(minimum);
}

/** The worst of a list, or null of an empty one. */
export function highestSeverity(severities: readonly Severity[]): Severity | null {
  let highest: Severity | null = null;
  for (const severity of severities) {
    if (highest === null || severityRank(severity) > severityRank(highest)) highest = severity;
  }
  return highest;
}
