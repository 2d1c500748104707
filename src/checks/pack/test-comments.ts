import type { Json } from '../../model/json.ts';
import type { CommentEntry } from './comment-entries.ts';
import { EXPECTED, expectationOf, givenRow } from './expectation.ts';
import type { CheckTest, Fault, GivenRow } from './pack.ts';

/** The entries of one test. */
interface Group {
  readonly head: CommentEntry;
  readonly body: readonly CommentEntry[];
}

/** The tests that comments give: `-- test: NAME`, `-- given TABLE: {json}` any number of times, `-- expect: STATUS`. */
export function testsOf(
  file: string,
  entries: readonly CommentEntry[],
): { readonly tests: readonly CheckTest[]; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const wrong = (line: number, reason: string): void => {
    faults.push({ at: { file, line }, reason });
  };
  const tests = groups(entries).flatMap((group) => testOf(file, group, wrong) ?? []);
  return { tests, faults };
}

function groups(entries: readonly CommentEntry[]): readonly Group[] {
  const found: Group[] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (entry.key === 'test' || last === undefined) found.push({ head: entry, body: [] });
    else found[found.length - 1] = { ...last, body: [...last.body, entry] };
  }
  return found;
}

function testOf(file: string, { head, body }: Group, wrong: (line: number, reason: string) => void): CheckTest | null {
  const name = head.values.join(' ').trim();
  if (name === '') wrong(head.line, 'the test has no name');
  const given: { [table: string]: readonly GivenRow[] } = Object.create(null);
  for (const { key, line, values } of body) {
    if (key === 'expect') continue;
    const [word, table] = key.split(' ');
    if (word !== 'given' || table === undefined) {
      wrong(line, `there is no ${key} in a test: known are given TABLE and expect`);
      continue;
    }
    const row = rowIn(values.join(' '));
    if (row === null) wrong(line, 'given wants a row as a JSON object: {"id": 7, "name": "x"}');
    else given[table] = [...(given[table] ?? []), row];
  }
  const [expect, second] = body.filter(({ key }) => key === 'expect');
  if (second !== undefined) wrong(second.line, 'the test has an expect already');
  if (expect === undefined) wrong(head.line, 'the test has no expect');
  const expectation = expect === undefined ? null : expectationOf(expect.values.join(' '));
  if (expect !== undefined && expectation === null) wrong(expect.line, `expect ${EXPECTED}`);
  return expectation === null ? null : { name, at: { file, line: head.line }, given, ...expectation };
}

function rowIn(text: string): GivenRow | null {
  try {
    return givenRow(JSON.parse(text) as Json);
  } catch {
    return null;
  }
}
