import type { EventRow } from '../../../model/view.ts';
import { describeEvent, describeFolded } from '../../../text/describe-event.ts';
import { printable } from '../../../text/sanitise.ts';
import { displayWidth, truncate } from '../../../text/width.ts';
import { type Line, span } from '../../line.ts';
import type { Column } from '../../table.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { clockCell, severityCell, textCell } from '../cells.ts';

/** WHAT says the type in words: where a sentence would be cut short, TYPE and SOURCE make room for it. */
export const EVENT_COLUMNS: readonly Column<EventRow>[] = [
  { title: 'TIME', least: 8, ideal: 12, rank: 10, cell: ({ event }, width) => clockCell(event.time, width) },
  {
    title: 'SEVERITY',
    short: 'SEV',
    least: 6,
    ideal: 10,
    rank: 9,
    cell: ({ event }, width, glyphs) => severityCell(event.severity, width, glyphs),
  },
  { title: 'TYPE', least: 17, ideal: 17, rank: 8, cell: ({ event }) => span(event.type) },
  { title: 'SOURCE', least: 7, ideal: 8, rank: 3, cell: ({ event }) => textCell(event.source, 'dim') },
  { title: 'WHAT', least: 36, ideal: 48, grow: 1, rank: 11, cell: whatCell },
];

/** What happened, cut so that the number of events it stands for is seen whole. */
function whatCell({ event, stands }: EventRow, width: number, glyphs: Glyphs): Line {
  const text = printable(describeEvent(event));
  if (stands === 0) return [span(text)];
  const folded = ` ${describeFolded(stands)}`;
  return [span(truncate(text, width - displayWidth(folded), glyphs.ellipsis)), span(folded, 'dim')];
}
