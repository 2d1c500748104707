import { printable } from '../text/sanitise.ts';
import { formatCount, plural } from '../text/units.ts';

/** Entries with the largest count first, then by name, so that the order never depends on the order of arrival. */
export function byCount(counts: { readonly [key: string]: number | undefined }): (readonly [string, number])[] {
  return Object.entries(counts)
    .flatMap(([name, count]) => (count === undefined ? [] : [[name, count] as const]))
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** `program-load 12, access-denied 1`, safe to show; empty of none. Beyond `most`, only how many more there are. */
export function countsText(
  counts: { readonly [key: string]: number | undefined },
  most: number = Number.POSITIVE_INFINITY,
): string {
  const all = byCount(counts);
  const rest = all.slice(most).reduce((sum, [, count]) => sum + count, 0);
  const texts = all.slice(0, most).map(([name, count]) => `${printable(name)} ${formatCount(count)}`);
  if (rest > 0) texts.push(`and ${formatCount(rest)} of ${plural(all.length - most, 'more type', 'more types')}`);
  return texts.join(', ');
}
