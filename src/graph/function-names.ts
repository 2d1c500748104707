import type { Attachment, Inventory } from '../model/inventory.ts';

/** Names of functions by what lasts of their numbers in BTF; null where several functions have the same. */
export type KnownNames = ReadonlyMap<string, string | null>;

/** What a trampoline is attached to where the function's name is not known: `btf 1/65037 trace_fentry`. */
const UNNAMED = /^btf \S+/;

/**
 * The names that either moment knows of functions that links tell by numbers. A look from before names were told, or
 * that could not read them, has the numbers alone, and that is no change of what is attached.
 */
export function namesOfBoth(before: Inventory, after: Inventory): KnownNames {
  const names = new Map<string, string | null>();
  for (const attachment of [...before.attachments, ...after.attachments]) {
    const key = lastingNumbers(attachment);
    if (key === null || UNNAMED.test(attachment.target)) continue;
    const [name = ''] = attachment.target.split(' ', 1);
    names.set(key, names.has(key) && names.get(key) !== name ? null : name);
  }
  return names;
}

/** The target, with the function's name where it has numbers and the name is known. */
export function namedTarget(attachment: Attachment, names: KnownNames): string {
  const name = names.get(lastingNumbers(attachment) ?? '') ?? null;
  return name === null ? attachment.target : attachment.target.replace(UNNAMED, () => name);
}

/**
 * The numbers of the function without what is another one after each boot: the id of BTF objects other than the
 * kernel's own. Programs that replace a function of another program have no name of the kernel's.
 */
function lastingNumbers({ raw }: Attachment): string | null {
  const { target_obj_id: objectId, target_btf_id: btfId, prog_type: programType } = raw;
  if (typeof objectId !== 'number' || typeof btfId !== 'number' || programType === 'ext') return null;
  return objectId === 1 ? `1/${btfId}` : String(btfId);
}
