import { ownerText } from '../cells.ts';
import { emptyInventory } from '../empty-inventory.ts';
import { filteredList, type ListSpec, type RowList } from '../row-list.ts';
import type { ScreenData } from '../screen-data.ts';
import { programColumns } from './columns.ts';
import { programDetail } from './detail.ts';
import { attachmentText, type ProgramRow, programRows } from './rows.ts';

const SPEC: Omit<ListSpec<ProgramRow>, 'columns'> = {
  idOf: ({ program }) => String(program.id),
  severityOf: () => null,
  textsOf: ({ program, attachments }) => [
    String(program.id),
    program.name,
    program.type,
    program.tag,
    program.uid === null ? '' : `uid ${program.uid}`,
    ...program.owners.map(ownerText),
    ...program.pinned,
    ...attachments.map(attachmentText),
    ...(program.helpers ?? []),
  ],
  detailOf: programDetail,
};

/** The programs that are loaded, in the order of their ids. */
export function programList({ inventory }: ScreenData, filter: string): RowList {
  const columns = programColumns(inventory.programs.at(-1)?.id);
  return filteredList(programRows(inventory), filter, { ...SPEC, columns });
}

/** What an empty list means: none loaded, or none seen. */
export function noPrograms(data: ScreenData): string {
  return emptyInventory(data, 'programs');
}
