import type { BpfMap, Program } from '../../../model/inventory.ts';
import type { InventoryView } from '../../../model/view.ts';
import { formatBytes, formatCount } from '../../../text/units.ts';
import { type Detail, fields, itemSection, jsonSection } from '../../detail/detail.ts';
import { ownerText } from '../cells.ts';
import { graphSection } from '../graph-section.ts';

/** Everything known of a map, with the programs that use it. */
export function mapDetail(map: BpfMap, users: readonly Program[], inventory: InventoryView): Detail {
  return {
    title: `map ${map.id} ${map.name}`,
    severity: null,
    blocks: [
      ...fields([
        ['Name', map.name],
        ['Type', map.type],
        ['Id', map.id],
        ['Flags', map.flags === null ? null : `0x${map.flags.toString(16)}`],
        ['Key', map.keySize === null ? null : formatBytes(map.keySize)],
        ['Value', map.valueSize === null ? null : formatBytes(map.valueSize)],
        ['Most entries', map.maxEntries === null ? 'no limit of its own' : formatCount(map.maxEntries)],
        ['Locked memory', map.bytesMemlock === null ? null : formatBytes(map.bytesMemlock)],
        ['Frozen', map.frozen === null ? 'not known' : map.frozen ? 'yes' : 'no'],
        ['Entries digest', map.contents],
        ['Stands for', typeof map.raw.kernel_struct_ops === 'string' ? map.raw.kernel_struct_ops : null],
      ]),
      ...itemSection(
        'Used by',
        users.map((program) => `program ${program.id} ${program.name} (${program.type})`),
      ),
      ...itemSection('Held by', map.owners.map(ownerText)),
      ...itemSection('Pinned at', map.pinned),
      ...graphSection(inventory, 'map', map.id),
      ...jsonSection('As bpftool said', map.raw),
    ],
  };
}
