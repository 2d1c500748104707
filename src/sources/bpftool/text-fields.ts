import type { JsonObject } from '../../model/json.ts';

/** One field of a line: what matches becomes members, as `bpftool -j` would have them. */
export type FieldRule = readonly [pattern: RegExp, members: (...groups: readonly string[]) => JsonObject];

/**
 * Reads a line from its start to its end by rules that are tried in their order at each place; each pattern must be
 * sticky. Null where something is left that no rule knows.
 */
export function readFields(line: string, rules: readonly FieldRule[]): JsonObject | null {
  const object: { [key: string]: JsonObject[string] } = {};
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    const found = firstMatch(line, at, rules);
    if (found === null) return null;
    Object.assign(object, found.members);
    at = found.end;
  }
  return object;
}

/** A type as bpftool prints it in text: its name, or `type 77` where it has none for the number. */
export function typeOf(text: string): string | number {
  const digits = /^type (\d+)$/.exec(text)?.[1];
  return digits === undefined ? text : Number(digits);
}

/** A number as JSON has it: past 2^53 its digits. */
export function exact(digits: string): number | string {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits).toString();
}

/** Holders as in `pids bash(812), sh(9)`. */
export function holders(text: string): JsonObject[] {
  return text.split('), ').flatMap((holder) => {
    const at = holder.lastIndexOf('(');
    const pid = /^\d{1,10}\)?$/.test(holder.slice(at + 1)) ? Number.parseInt(holder.slice(at + 1), 10) : null;
    return at === -1 || pid === null ? [] : [{ pid, comm: holder.slice(0, at) }];
  });
}

function firstMatch(
  line: string,
  at: number,
  rules: readonly FieldRule[],
): { readonly members: JsonObject; readonly end: number } | null {
  for (const [pattern, members] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match !== null && match[0] !== '') {
      return { members: members(...match.slice(1).map((group) => group ?? '')), end: at + match[0].length };
    }
  }
  return null;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return at;
}
