import type { Fault } from './pack.ts';

/** A line of a file, with its number from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** `-- key: value`, with the lines that go on with it. */
export interface CommentEntry {
  readonly key: string;
  readonly line: number;
  readonly values: readonly string[];
}

const ENTRY = /^--\s?([A-Za-z][\w-]*(?: \w+)?):(?:\s+(.*))?$/s;
const CONTINUATION = /^--\s{2,}(\S.*)$/s;
const REMARK = /^(?:--\s*(?:#.*)?)?$/;

/**
 * The entries in comment lines of SQL. A line that begins with two blanks or more goes on with the entry before; one
 * that begins with `#` is a remark. What is none of these is a fault, so that a colon that was forgotten is noticed.
 */
export function commentEntries(
  file: string,
  lines: readonly Line[],
): { readonly entries: readonly CommentEntry[]; readonly faults: readonly Fault[] } {
  const entries: CommentEntry[] = [];
  const faults: Fault[] = [];
  for (const { text, number } of lines) {
    const [, key, value = ''] = ENTRY.exec(text) ?? [];
    const more = CONTINUATION.exec(text)?.[1];
    const last = entries.at(-1);
    if (key !== undefined) entries.push({ key, line: number, values: [value.trim()] });
    else if (REMARK.test(text.trim())) continue;
    else if (more !== undefined && last !== undefined) {
      entries[entries.length - 1] = { ...last, values: [...last.values, more.trimEnd()] };
    } else {
      const reason = text.startsWith('--')
        ? 'this comment is no `-- key: value`, goes on with none (two blanks), and is no remark (`-- # ...`)'
        : 'there is SQL behind the tests';
      faults.push({ at: { file, line: number }, reason });
    }
  }
  return { entries, faults };
}
