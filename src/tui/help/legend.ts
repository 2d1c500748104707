import { CHECK_STATUSES } from '../../model/check.ts';
import { SEVERITIES } from '../../model/severity.ts';
import { type Glyphs, SEVERITY_WORDS, STATUS_WORDS } from '../theme/glyphs.ts';
import { HELP_WIDTH } from './help-lines.ts';

/** A row of the legend. */
export type LegendRow = { readonly sign: string; readonly word: string };

/** Cells that the legend takes as a table with borders. */
const LEGEND_WIDTH = 26;

/** The signs of the screen with their words, worst first. */
export function legendRows(glyphs: Glyphs): LegendRow[] {
  return [
    ...[...SEVERITIES].reverse().map((severity) => ({
      sign: glyphs.severity[severity],
      word: SEVERITY_WORDS[severity].full,
    })),
    ...CHECK_STATUSES.map((status) => ({
      sign: glyphs.status[status],
      word: STATUS_WORDS[status].full,
    })),
  ];
}

/** True when the legend has room beside the keys. */
export function isLegendBeside(width: number): boolean {
  return width >= HELP_WIDTH + LEGEND_WIDTH;
}

/** Lines that the legend adds below the keys: a blank one, and the table with a rule under each row. */
export function legendHeight(width: number): number {
  const rows = SEVERITIES.length + Object.keys(STATUS_WORDS).length;
  return isLegendBeside(width) ? 0 : 1 + 2 * rows + 3;
}
