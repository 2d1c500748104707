import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { expect, it } from 'vitest';
import { pumps } from './helpers/pattern-pumps.ts';

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

function* patternsIn(folder: string): Generator<[string, RegExp]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(name)) continue;
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    const tree = parseAst(text, { lang: name.endsWith('x') ? 'tsx' : 'ts' });
    for (const { start, regex } of literals(tree)) {
      yield [`${file}:${text.slice(0, start).split('\n').length}`, new RegExp(regex.pattern, regex.flags)];
    }
  }
}

interface Literal {
  readonly start: number;
  readonly regex: { readonly pattern: string; readonly flags: string };
}

function* literals(node: unknown): Generator<Literal> {
  if (node === null || typeof node !== 'object') return;
  if ('regex' in node && 'start' in node) yield node as Literal;
  else for (const child of Object.values(node)) yield* literals(child);
}
