import type { BpfMap } from '../../../model/inventory.ts';
import { formatCount } from '../../../text/units.ts';
import { span } from '../../line.ts';
import type { Column } from '../../table.ts';
import { idWidth, ownersCell, textCell } from '../cells.ts';

/** The columns of a list in which this is the largest id. */
export function mapColumns(largest: number | undefined): readonly Column<BpfMap>[] {
  const least = idWidth(largest);
  return [
    {
      title: 'ID',
      least,
      ideal: Math.max(6, least),
      rank: 10,
      align: 'right',
      cell: ({ id }) => span(String(id), 'dim'),
    },
    ...COLUMNS,
  ];
}

const COLUMNS: readonly Column<BpfMap>[] = [
  { title: 'TYPE', least: 9, ideal: 16, rank: 8, cell: ({ type }) => textCell(type) },
  {
    title: 'NAME',
    least: 12,
    ideal: 16,
    grow: 1,
    rank: 9,
    cell: ({ name }) => (name === '' ? span('(no name)', 'dim') : textCell(name, 'strong')),
  },
  {
    title: 'MAX',
    least: 7,
    ideal: 9,
    rank: 6,
    align: 'right',
    cell: ({ maxEntries }) => (maxEntries === null ? span('none', 'dim') : span(formatCount(maxEntries))),
  },
  {
    title: 'FROZEN',
    least: 6,
    ideal: 6,
    rank: 7,
    cell: ({ frozen }) => (frozen === null ? span('?', 'dim') : frozen ? span('yes') : span('no', 'dim')),
  },
  { title: 'OWNER', least: 8, ideal: 16, grow: 1, rank: 5, cell: ({ owners }) => ownersCell(owners) },
];
