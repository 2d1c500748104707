import type { Alert } from '../../../model/alert.ts';
import { formatCount } from '../../../text/units.ts';
import { span } from '../../line.ts';
import type { Column } from '../../table.ts';
import { clockCell, severityCell, textCell } from '../cells.ts';

export const ALERT_COLUMNS: readonly Column<Alert>[] = [
  {
    title: 'STATE',
    least: 8,
    ideal: 8,
    rank: 6,
    cell: ({ state, severity }) => (state === 'firing' ? span('firing', severity) : span('resolved', 'dim')),
  },
  {
    title: 'SEVERITY',
    short: 'SEV',
    least: 6,
    ideal: 10,
    rank: 8,
    cell: ({ severity, state }, width, glyphs) => {
      const cell = severityCell(severity, width, glyphs);
      return state === 'firing' ? cell : { ...cell, style: 'dim' };
    },
  },
  {
    title: 'ALERT',
    least: 18,
    ideal: 26,
    grow: 1,
    rank: 10,
    cell: ({ title, state }) => textCell(title, state === 'firing' ? undefined : 'dim'),
  },
  { title: 'COUNT', least: 5, ideal: 5, rank: 7, align: 'right', cell: ({ count }) => span(formatCount(count)) },
  { title: 'FIRST', least: 8, ideal: 8, rank: 4, cell: ({ firstSeen }, width) => clockCell(firstSeen, width) },
  { title: 'LAST', least: 8, ideal: 8, rank: 5, cell: ({ lastSeen }, width) => clockCell(lastSeen, width) },
];
