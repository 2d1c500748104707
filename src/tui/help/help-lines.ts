import { pad } from '../../text/width.ts';
import { KEY_GROUPS, KEYS } from '../keys.ts';
import { type Line, span } from '../line.ts';

const KEY_CELLS = 14;

/** Cells that the help needs. */
export const HELP_WIDTH = 78;

/** The key table as lines, group by group. */
export function helpLines(): readonly Line[] {
  return KEY_GROUPS.flatMap((group, index): Line[] => [
    ...(index === 0 ? [] : [[]]),
    [span(group, 'strong')],
    ...KEYS.filter((binding) => binding.group === group).map(
      (binding): Line => [
        span(`  ${pad(binding.shown, KEY_CELLS)}`, 'key'),
        span(binding.help),
        span(binding.when === 'replay' ? '  (replay)' : '', 'dim'),
      ],
    ),
  ]);
}
