import { MAX_LINE_BYTES } from '../lines.ts';

const BLANK = /^[ \t]/;

/**
 * A record and the line that goes on with it, as one; null when the line does not. Mails, bug reports and some viewers
 * wrap records: the rest is indented, or the line before ends with a back-slash. A record that would become longer than
 * a line may be is left as it is.
 */
export function joinLine(record: string, line: string): string | null {
  const marked = record.endsWith('\\');
  if (!marked && !BLANK.test(line)) return null;
  if (record.length + line.length > MAX_LINE_BYTES) return null;
  return `${marked ? record.slice(0, -1).trimEnd() : record} ${line.trim()}`;
}
