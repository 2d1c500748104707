import { span } from '../../line.ts';
import type { Column } from '../../table.ts';
import { dateCell, idWidth, numberCell, ownersCell, textCell } from '../cells.ts';
import { attachmentText, type ProgramRow } from './rows.ts';

/** The columns of a list in which this is the largest id. */
export function programColumns(largest: number | undefined): readonly Column<ProgramRow>[] {
  const least = idWidth(largest);
  return [
    {
      title: 'ID',
      least,
      ideal: Math.max(6, least),
      rank: 10,
      align: 'right',
      cell: ({ program }) => span(String(program.id), 'dim'),
    },
    ...COLUMNS,
  ];
}

const COLUMNS: readonly Column<ProgramRow>[] = [
  { title: 'TYPE', least: 10, ideal: 14, rank: 8, cell: ({ program }) => textCell(program.type) },
  {
    title: 'NAME',
    least: 12,
    ideal: 16,
    grow: 1,
    rank: 9,
    cell: ({ program }) => (program.name === '' ? span('(no name)', 'dim') : textCell(program.name, 'strong')),
  },
  { title: 'UID', least: 4, ideal: 5, rank: 5, align: 'right', cell: ({ program }) => numberCell(program.uid) },
  { title: 'OWNER', least: 13, ideal: 16, grow: 1, rank: 7, cell: ({ program }) => ownersCell(program.owners) },
  {
    title: 'ATTACHED TO',
    short: 'ATTACHED',
    least: 11,
    ideal: 20,
    grow: 2,
    rank: 6,
    cell: ({ attachments }) => {
      const [first, ...others] = attachments;
      if (first === undefined) return span('-', 'dim');
      const more = others.length === 0 ? [] : [span(` +${others.length}`, 'dim')];
      return [textCell(attachmentText(first)), ...more];
    },
  },
  {
    title: 'HELPERS',
    least: 7,
    ideal: 7,
    rank: 3,
    align: 'right',
    cell: ({ program }) => numberCell(program.helpers?.length ?? null),
  },
  { title: 'LOADED', least: 11, ideal: 11, rank: 4, cell: ({ program }, width) => dateCell(program.loadedAt, width) },
];
