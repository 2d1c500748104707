import { expect, it } from 'vitest';
import { pumps } from './helpers/pattern-pumps.ts';
import { nodesIn } from './helpers/syntax.ts';

/**
 * A pattern that takes time by the square of its input needs 100 ms and more for this many characters, one that takes time
 * in proportion less than one millisecond.
 */
const LENGTH = 20_000;
const LIMIT_MS = 50;

it('has no regular expression that takes time by the square of its input', { timeout: 120_000 }, () => {
  const slow: string[] = [];
  for (const [place, pattern] of patternsIn('src')) {
    const text = slowText(pattern);
    if (text !== null) slow.push(`${place}: ${pattern}: ${JSON.stringify(text)}`);
  }
  expect(slow).toEqual([]);
});

it('finds those that do', { timeout: 120_000 }, () => {
  for (const pattern of [/\s+$/, /^a.*?b?(\w+)$/, /\([^)]*\)/, /^x(?: (\S.*?))?\s*$/, /^a= *(.*)$/]) {
    expect(slowText(pattern), String(pattern)).not.toBeNull();
  }
  for (const pattern of [/^\s*[a-z]+ *= *(.*)$/s, /[^"]*/y, /a|b/g])
    expect(slowText(pattern), String(pattern)).toBeNull();
});

/** The beginning of a text that the pattern is slow for; null when there is none. */
function slowText(pattern: RegExp): string | null {
  // The short ones first: what takes time by a higher power would not end on the long ones.
  for (const length of [24, 1000, LENGTH]) {
    for (const text of pumps(pattern, length)) {
      // Three times, because other processes may have had the core.
      if ([1, 2, 3].every(() => took(pattern, text) > LIMIT_MS)) return text.slice(0, 40);
    }
  }
  return null;
}

function took(pattern: RegExp, text: string): number {
  pattern.lastIndex = 0;
  const start = performance.now();
  if (pattern.global) text.replace(pattern, '');
  else pattern.test(text);
  return performance.now() - start;
}

function* patternsIn(folder: string): Generator<[place: string, pattern: RegExp]> {
  for (const { file, line, node } of nodesIn(folder, ['Literal'])) {
    const regex = node.regex as { readonly pattern: string; readonly flags: string } | undefined;
    if (regex !== undefined) yield [`${file}:${line}`, new RegExp(regex.pattern, regex.flags)];
  }
}
