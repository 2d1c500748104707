import { describeHelpers } from '../../../text/describe-helpers.ts';
import { formatTime } from '../../../text/time.ts';
import { formatBytes } from '../../../text/units.ts';
import { type Detail, fields, itemSection, jsonSection, textSection } from '../../detail/detail.ts';
import { ownerText } from '../cells.ts';
import { graphSection } from '../graph-section.ts';
import { attachmentText, type ProgramRow } from './rows.ts';

/** Everything known of a program, bpftool's own words last. */
export function programDetail({ program, attachments, maps, inventory }: ProgramRow): Detail {
  const known = new Set(maps.map((map) => map.id));
  const missing = program.mapIds.filter((id) => !known.has(id));
  return {
    title: `program ${program.id} ${program.name}`,
    severity: null,
    blocks: [
      ...fields([
        ['Name', program.name],
        ['Type', program.type],
        ['Id', program.id],
        ['Tag', program.tag],
        ['Loaded by uid', program.uid],
        ['Loaded at', program.loadedAt === null ? null : formatTime(program.loadedAt)],
        ['Translated', program.bytesXlated === null ? null : formatBytes(program.bytesXlated)],
        ['Locked memory', program.bytesMemlock === null ? null : formatBytes(program.bytesMemlock)],
      ]),
      ...itemSection(
        'Attached to',
        attachments.map((attachment) => `${attachmentText(attachment)}  (${attachment.key})`),
      ),
      ...itemSection('Held by', program.owners.map(ownerText)),
      ...itemSection('Pinned at', program.pinned),
      ...itemSection('Maps', [
        ...maps.map((map) => `${map.id} ${map.name} (${map.type})`),
        ...missing.map((id) => `${id} (gone, or not listed)`),
      ]),
      ...(program.helpers === null
        ? textSection('Helpers', 'Not known: its instructions could not be read.')
        : itemSection(
            `Helpers (${program.helpers.length})`,
            program.helpers.length === 0 ? ['none'] : describeHelpers(program.helpers),
          )),
      ...graphSection(inventory, 'program', program.id),
      ...jsonSection('As bpftool said', program.raw),
    ],
  };
}
