import type { Attachment, BpfMap, Program } from '../../../model/inventory.ts';
import type { InventoryView } from '../../../model/view.ts';

/** A program joined with where it is attached and the maps that it uses. */
export interface ProgramRow {
  readonly program: Program;
  readonly attachments: readonly Attachment[];
  /** In the order of the program's map ids; a map that is gone is missing here. */
  readonly maps: readonly BpfMap[];
  /** All that it is part of. */
  readonly inventory: InventoryView;
}

/** One row for each program, in the order of the inventory. */
export function programRows(inventory: InventoryView): readonly ProgramRow[] {
  const attachments = new Map<number, Attachment[]>();
  for (const attachment of inventory.attachments) {
    if (attachment.programId === null) continue;
    const known = attachments.get(attachment.programId);
    if (known === undefined) attachments.set(attachment.programId, [attachment]);
    else known.push(attachment);
  }
  const maps = new Map(inventory.maps.map((map) => [map.id, map]));
  return inventory.programs.map((program) => ({
    program,
    attachments: attachments.get(program.id) ?? [],
    maps: program.mapIds.map((id) => maps.get(id)).filter((map) => map !== undefined),
    inventory,
  }));
}

/** `xdp lo`: the type of an attachment and what it is attached to. Raw. */
export function attachmentText(attachment: Attachment): string {
  return attachment.target === '' ? attachment.type : `${attachment.type} ${attachment.target}`;
}
