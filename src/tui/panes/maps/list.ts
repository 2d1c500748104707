import type { BpfMap } from '../../../model/inventory.ts';
import { ownerText } from '../cells.ts';
import { emptyInventory } from '../empty-inventory.ts';
import { filteredList, type RowList } from '../row-list.ts';
import type { ScreenData } from '../screen-data.ts';
import { mapColumns } from './columns.ts';
import { mapDetail } from './detail.ts';

/** The maps that exist, in the order of their ids. */
export function mapList({ inventory }: ScreenData, filter: string): RowList {
  return filteredList(inventory.maps, filter, {
    columns: mapColumns(inventory.maps.at(-1)?.id),
    idOf: ({ id }) => String(id),
    severityOf: () => null,
    textsOf,
    detailOf: (map) =>
      mapDetail(
        map,
        inventory.programs.filter((program) => program.mapIds.includes(map.id)),
        inventory,
      ),
  });
}

/** What an empty list means: none there, or none seen. */
export function noMaps(data: ScreenData): string {
  return emptyInventory(data, 'maps');
}

function textsOf(map: BpfMap): readonly string[] {
  return [
    String(map.id),
    map.name,
    map.type,
    map.frozen === true ? 'frozen' : '',
    ...map.owners.map(ownerText),
    ...map.pinned,
  ];
}
