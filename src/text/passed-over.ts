import type { InputFacts } from '../model/observation.ts';

/**
 * True for a file that was found and holds nothing that is read: of another kind, empty, a link in a folder. Its `format`
 * says why. One that was refused is such a file, too, and is also an unreadable.
 */
export function isPassedOver({ bytes, lines, records }: InputFacts): boolean {
  return bytes === 0 && lines === 0 && Object.keys(records).length === 0;
}
