import type { Attachment, BpfMap, Inventory, Program } from '../model/inventory.ts';
import type { Section } from '../model/snapshot.ts';
import type { Change } from './comparison.ts';
import { placeText } from './describe.ts';
import { type Identities, kernelName } from './identity.ts';
import { type Difference, type Matched, matchObjects } from './match.ts';

/** What either moment calls its objects. */
export interface BothIdentities {
  readonly before: Identities;
  readonly after: Identities;
}

/** An object with the identities of its moment. */
interface Of<T> {
  readonly object: T;
  readonly by: Identities;
}

/** Programs, maps and attachments that differ. */
export function compareObjects(
  before: Inventory,
  after: Inventory,
  by: BothIdentities,
  compared: readonly Section[],
): readonly Change[] {
  const all = <T>(of: (inventory: Inventory) => readonly T[]) =>
    [
      of(before).map((object): Of<T> => ({ object, by: by.before })),
      of(after).map((object): Of<T> => ({ object, by: by.after })),
    ] as const;
  const attachments = ({ attachments }: Inventory) => attachments.filter(({ section }) => compared.includes(section));
  return [
    ...(compared.includes('programs') ? comparePrograms(...all((inventory) => inventory.programs)) : []),
    ...(compared.includes('maps') ? compareMaps(...all((inventory) => inventory.maps)) : []),
    ...compareAttachments(...all(attachments)),
  ];
}

function comparePrograms(before: readonly Of<Program>[], after: readonly Of<Program>[]): readonly Change[] {
  const targets = ({ object, by }: Of<Program>) => by.targetsOf(object).join(', ');
  const matched = matchObjects(before, after, {
    identities: [
      (of) => key(of.object.type, kernelName(of.object.name), of.object.tag, targets(of), of.object.uid),
      (of) => key(of.object.type, kernelName(of.object.name), of.object.tag, targets(of)),
      ({ object }) => key(object.type, kernelName(object.name), object.tag),
      ({ object }) => (object.name === '' ? null : key(object.type, kernelName(object.name))),
    ],
    facts: (of) => ({
      tag: of.object.tag || null,
      'attached to': targets(of) || 'nothing',
      'loaded by uid': of.object.uid,
    }),
  });
  return changes('program', matched, ({ object, by }) => `program ${by.program(object)}`);
}

function compareMaps(before: readonly Of<BpfMap>[], after: readonly Of<BpfMap>[]): readonly Change[] {
  const matched = matchObjects(before, after, {
    identities: [
      ({ object: { type, name, keySize, valueSize, maxEntries, frozen, contents } }) =>
        key(type, kernelName(name), keySize, valueSize, maxEntries, frozen, contents),
      ({ object: { type, name, keySize, valueSize, maxEntries } }) =>
        key(type, kernelName(name), keySize, valueSize, maxEntries),
      ({ object: { type, name } }) => (name === '' ? null : key(type, kernelName(name))),
    ],
    facts: ({ object: { keySize, valueSize, maxEntries, frozen, contents } }) => ({
      'key size': keySize,
      'value size': valueSize,
      'max entries': maxEntries,
      frozen,
      entries: contents,
    }),
  });
  return changes('map', matched, ({ object, by }) => `map ${by.map(object)}`);
}

function compareAttachments(before: readonly Of<Attachment>[], after: readonly Of<Attachment>[]): readonly Change[] {
  const matched = matchObjects(before, after, {
    identities: [
      ({ object, by }) => key(object.type, by.target(object), by.programOf(object)),
      ({ object, by }) => (object.target === '' ? null : key(object.type, by.target(object))),
    ],
    facts: ({ object, by }) => ({ program: by.programOf(object) || 'none' }),
  });
  return changes('attachment', matched, ({ object, by }) => {
    const program = by.programOf(object);
    const place = placeText(object.type, by.target(object));
    return program === '' ? `attachment ${place}` : `attachment ${place} of ${program}`;
  });
}

/** A change for each object that came, went or differs. */
export function changes<T>(
  object: Change['object'],
  { gone, added, changed }: Matched<T>,
  label: (object: T) => string,
  /** What came or went with it. */
  along: (object: T) => string = () => '',
): readonly Change[] {
  return [
    ...gone.map(
      (each): Change => ({ object, change: 'gone', summary: `${label(each)} is gone${along(each)}`, differences: [] }),
    ),
    ...added.map(
      (each): Change => ({
        object,
        change: 'added',
        summary: `${label(each)} was added${along(each)}`,
        differences: [],
      }),
    ),
    ...changed.map(
      ({ from, differences }): Change => ({
        object,
        change: 'changed',
        summary: `${label(from)}: ${differences.map(differenceText).join('; ')}`,
        differences,
      }),
    ),
  ];
}

export function key(...parts: readonly (string | number | boolean | null)[]): string {
  return JSON.stringify(parts);
}

function differenceText({ what, from, to }: Difference): string {
  return `${what} was ${from}, is ${to}`;
}
