import type { Anomaly } from '../../../model/anomaly.ts';
import { describeAnomaly } from '../../../text/describe-anomaly.ts';
import { span } from '../../line.ts';
import type { Column } from '../../table.ts';
import { clockCell, severityCell, textCell } from '../cells.ts';

export const ANOMALY_COLUMNS: readonly Column<Anomaly>[] = [
  { title: 'TIME', least: 8, ideal: 8, rank: 9, cell: ({ time }, width) => clockCell(time, width) },
  {
    title: 'SEVERITY',
    short: 'SEV',
    least: 6,
    ideal: 10,
    rank: 7,
    cell: ({ severity }, width, glyphs) => severityCell(severity, width, glyphs),
  },
  { title: 'TYPE', least: 12, ideal: 20, rank: 10, cell: ({ type }) => span(type) },
  {
    title: 'WHAT',
    least: 24,
    ideal: 40,
    grow: 1,
    rank: 5,
    cell: (anomaly) => textCell(describeAnomaly(anomaly), 'dim'),
  },
];
