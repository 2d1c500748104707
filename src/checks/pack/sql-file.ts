import { type CommentEntry, commentEntries, type Line } from './comment-entries.ts';
import { type Field, packOf } from './definition.ts';
import type { Pack } from './pack.ts';
import { splitList } from './split-list.ts';
import { testsOf } from './test-comments.ts';

/** Where the tests begin: they are the last in the file. */
const TEST = /^--\s?test:/;

/** A comment, or nothing. */
const NO_SQL = /^\s*(?:--.*)?$/;

/** Keys that may be given in several lines, an item each. */
const LISTS: readonly string[] = ['references', 'needs'];

/**
 * A check in a file of SQL: keys in the comments at its head, one statement, then tests in comments. Prose may go on
 * over lines. `file` is what it is called in what is said of it. Never throws.
 */
export function parseSqlFile(file: string, text: string): Pack {
  const lines: readonly Line[] = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((each, index) => ({ text: each, number: index + 1 }));
  const isSql = ({ text: line }: Line): boolean => !NO_SQL.test(line);
  const firstSql = lines.findIndex(isSql);
  const headEnd = firstSql === -1 ? lines.findIndex(({ text: line }) => TEST.test(line)) : firstSql;
  const head = headEnd === -1 ? lines : lines.slice(0, headEnd);
  const rest = lines.slice(head.length);
  const testsFrom = rest.findIndex(({ text: line }) => TEST.test(line));
  const statement = testsFrom === -1 ? rest : rest.slice(0, testsFrom);
  const header = commentEntries(file, head);
  const trailer = commentEntries(file, rest.slice(statement.length));
  const { tests, faults } = testsOf(file, trailer.entries);
  return packOf({
    at: { file, line: header.entries[0]?.line ?? 1 },
    fields: [...joined(header.entries).map(fieldOf), ...sqlField(statement, isSql)],
    tests,
    faults: [...header.faults, ...trailer.faults, ...faults],
  });
}

/** A list may also be given by its key on several lines. */
function joined(entries: readonly CommentEntry[]): readonly CommentEntry[] {
  return entries.flatMap((entry) => {
    if (!LISTS.includes(entry.key)) return [entry];
    const same = entries.filter(({ key }) => key === entry.key);
    if (same[0] !== entry) return [];
    return [{ ...entry, values: same.flatMap(({ values }) => values) }];
  });
}

function fieldOf({ key, line, values }: CommentEntry): Field {
  const text = values.join(key === 'discovery' ? '\n' : ' ');
  const given = values.filter((value) => value !== '');
  return { key, line, text, items: given.length === 1 ? splitList(given[0] ?? '') : given };
}

function sqlField(statement: readonly Line[], isSql: (line: Line) => boolean): readonly Field[] {
  if (!statement.some(isSql)) return [];
  const text = statement
    .map((line) => line.text)
    .join('\n')
    .trimEnd();
  return [{ key: 'sql', line: statement[0]?.number ?? 1, text, items: [] }];
}
