import type { Unreadable } from '../model/observation.ts';
import { placeText } from '../text/place.ts';
import { formatCount, plural } from '../text/units.ts';

/** Line numbers that are told of what is put together. */
const NUMBERS = 8;

/**
 * What could not be read as `file:line: reason`, raw, a line each; unless `each` is asked for, lines of one file with
 * one reason are put together: `audit.log:7: no audit record; as are lines 8, 9 and 311 more`.
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
  const lines = others.flatMap(({ at }) => at.line ?? []).slice(0, NUMBERS);
  const more = others.length - lines.length;
  if (lines.length === 0) return [`${told}, ${plural(others.length + 1, 'time')}`];
  const rest = more === 0 ? '' : ` and ${formatCount(more)} more`;
  return [`${told}; so ${others.length === 1 ? 'is line' : 'are lines'} ${lines.join(', ')}${rest}`];
}
