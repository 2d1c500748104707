const UNIT_MS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1500ms`, `30s`, `5m`, `2h`, `1d` or a bare number of seconds, in milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  if (match === null) return null;
  const milliseconds = Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 1000);
  return Number.isFinite(milliseconds) ? Math.round(milliseconds) : null;
}

/**
 * An ISO 8601 time, epoch seconds or milliseconds (`@` may stand before), or a duration before `now` (`10m`), as
 * milliseconds since the epoch; null for anything else. A time without a zone is UTC.
 */
export function parseTime(text: string, now: number): number | null {
  const trimmed = text.trim();
  const epoch = /^@?(\d{9,14}(?:\.\d+)?)$/.exec(trimmed);
  if (epoch !== null) {
    const value = Number(epoch[1]);
    return Math.round(value < 1e11 ? value * 1000 : value);
  }
  const duration = parseDuration(trimmed);
  if (duration !== null) return now - duration;
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(trimmed);
  if (iso === null) return null;
  const zoned = iso[1] === undefined && trimmed.length > 10 ? `${trimmed}Z` : trimmed;
  const milliseconds = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

/** `2026-11-23T14:47:08.123Z`; the number itself where no calendar date fits. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}

/** `14:47:08.123`, UTC. */
export function formatClock(milliseconds: number): string {
  return formatTime(milliseconds).slice(11, 23);
}

/** `850ms`, `4.2s`, `3m05s`, `2h07m`, `5d03h`: two units at most. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1000) return `${ms}ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toString()}s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${pad2(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${pad2(Math.floor(seconds / 60) % 60)}m`;
  return `${Math.floor(seconds / 86_400)}d${pad2(Math.floor(seconds / 3600) % 24)}h`;
}

function pad2(value: number): string {
  return String(value).padStart(2, '0');
}
