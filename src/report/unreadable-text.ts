import type { Unreadable } from '../model/observation.ts';
import { placeText } from '../text/place.ts';
import { formatCount, plural } from '../text/units.ts';

/** Runs of lines that are told of what is put together. */
const RUNS = 6;

/**
 * What could not be read as `file:line: reason`, raw, a line each; unless `each` is asked for, lines of one file with
 * one reason are put together: `audit.log:7: no audit record (and lines 8-19, 23 and 311 more)`.
 */
export function unreadableTexts(unreadable: readonly Unreadable[], each: boolean): readonly string[] {
  if (each) return unreadable.map((what) => `${placeText(what.at)}: ${what.reason}`);
  const groups = new Map<string, Unreadable[]>();
  for (const what of unreadable) {
    const key = JSON.stringify([what.at.file, what.reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [what]);
    else group.push(what);
  }
  return [...groups.values()].flatMap(together);
}

function together([first, ...others]: readonly Unreadable[]): readonly string[] {
  if (first === undefined) return [];
  const told = `${placeText(first.at)}: ${first.reason}`;
  if (others.length === 0) return [told];
  const numbers = others.flatMap(({ at }) => at.line ?? []);
  if (numbers.length === 0) return [`${told}, ${plural(others.length + 1, 'time')}`];
  const runs = runsOf(numbers);
  const shown = runs.slice(0, RUNS);
  const more = others.length - shown.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const texts = shown.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
  const rest = more === 0 ? '' : ` and ${formatCount(more)} more`;
  return [`${told} (and ${others.length === 1 ? 'line' : 'lines'} ${texts.join(', ')}${rest})`];
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Numbers in reading order as runs of those that follow one another. */
function runsOf(numbers: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && number === last.to + 1) runs[runs.length - 1] = { from: last.from, to: number };
    else runs.push({ from: number, to: number });
  }
  return runs;
}
