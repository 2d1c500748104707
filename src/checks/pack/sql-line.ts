/** What SQLite's messages name of a statement that is wrong. */
const NAMED =
  /^(?:no such (?:column|table|function|collation sequence)|ambiguous column name): (?:.*\.)?(.+)$|^near "(.+)": /s;

/**
 * The line of a file that an error of SQLite's is about: where what it names first stands in the statement, which begins
 * at `line`; else that line.
 */
export function lineOfError(message: string, sql: string, line: number): number {
  const [, name, token] = NAMED.exec(message) ?? [];
  const wanted = name ?? token;
  const lines = sql.split('\n');
  const found = wanted === undefined ? -1 : lines.findIndex((text) => withoutComment(text).includes(wanted));
  const first = lines.findIndex((text) => withoutComment(text).trim() !== '');
  return line + Math.max(found === -1 ? first : found, 0);
}

function withoutComment(text: string): string {
  return text.replace(/--.*/s, '');
}
