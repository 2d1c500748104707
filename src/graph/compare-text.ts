import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import { plural } from '../text/units.ts';
import { wrap } from '../text/width.ts';
import type { Change, Comparison, Moment } from './comparison.ts';

const MARKS: { readonly [change in Change['change']]: string } = { gone: '- ', added: '+ ', changed: '~ ' };

/** A comparison for people: `-` is gone, `+` was added, `~` has changed. Lines of at most `width` cells. */
export function comparisonText(comparison: Comparison, width: number): string {
  const { way, before, after, notCompared, changes, notes } = comparison;
  const lines = [
    `before  ${momentText(before)}`,
    `after   ${momentText(after)}`,
    `compared ${way === 'by-id' ? 'by id, since both are of one boot' : 'by what they are: ids mean nothing on another host or in another boot'}`,
    ...(notCompared.length === 0 ? [] : [`not compared: ${notCompared.join(', ')}`]),
  ];
  const told = counted(changes).flatMap(({ change, count }) => changeLines(change, count, width));
  const totals = changes.length === 0 ? 'No difference.' : `${plural(changes.length, 'difference')}.`;
  const noted = notes.flatMap((note) => wrap(printable(note), width));
  const blocks = [
    lines.flatMap((line) => wrap(line, width)),
    ...[told, noted].filter((block) => block.length > 0),
    [totals],
  ];
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}

function changeLines({ change, summary }: Change, count: number, width: number): readonly string[] {
  const text = printable(summary) + (count === 1 ? '' : ` (${count} times)`);
  return wrap(text, width - 2).map((line, index) => (index === 0 ? MARKS[change] : '  ') + line);
}

/** The same sentence only once: five systemd programs of one kind are told by how many they are. */
function counted(changes: readonly Change[]): readonly { readonly change: Change; readonly count: number }[] {
  const counts = new Map<string, { readonly change: Change; readonly count: number }>();
  for (const change of changes) {
    const key = `${change.change} ${change.summary}`;
    counts.set(key, { change, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

function momentText({ host, boot, time }: Moment): string {
  return [printable(host), formatTime(time), ...(boot === null ? [] : [`boot ${printable(boot)}`])].join(', ');
}
