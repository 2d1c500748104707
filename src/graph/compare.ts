import type { EventDraft } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import { isJsonObject } from '../model/json.ts';
import { SECTIONS, type Section } from '../model/snapshot.ts';
import { type BothIdentities, compareObjects } from './compare-objects.ts';
import { compareHolders, compareHost, compareHostParts, comparePins } from './compare-rest.ts';
import { type Change, COMPARISON_VERSION, type Comparison, type Moment, type Way } from './comparison.ts';
import { namesOfBoth } from './function-names.ts';
import { identitiesOf } from './identity.ts';

/** Whether ids tell what is the same: both are of one boot of one host, and say so. */
export function isSameBoot(before: Inventory, after: Inventory): boolean {
  return before.host === after.host && before.boot !== null && before.boot === after.boot;
}

/** What may be compared. Helpers follow from a program's code, and so from its tag; what stands out among symbols is a finding. */
const COMPARABLE = SECTIONS.filter((section) => !['helpers', 'symbols', 'map-entries'].includes(section));

/** Listings that show many links again. What of them is a link is only told apart where the links were listed. */
const REPEAT_LINKS: readonly Section[] = ['net', 'perf', 'cgroups'];

/** Sections that both looked at, and where an object of the one would be listed in the same section of the other. */
export function comparedSections(before: Inventory, after: Inventory): readonly Section[] {
  const isSame = before.covers.includes('links') === after.covers.includes('links');
  return COMPARABLE.filter(
    (section) =>
      before.covers.includes(section) && after.covers.includes(section) && (isSame || !REPEAT_LINKS.includes(section)),
  );
}

/**
 * What differs between two inventories of whichever hosts and boots, by what things are: programs by type, name, tag
 * and where they are attached, maps by type, name and sizes, attachments by type, target and program, pins by path,
 * settings by name, processes by their executable. Only sections that both looked at are compared.
 */
export function compareByIdentity(before: Inventory, after: Inventory): Comparison {
  const compared = comparedSections(before, after);
  const identities = identitiesOfBoth(before, after, compared);
  return comparison('by-identity', before, after, [
    ...compareObjects(before, after, identities, compared),
    ...comparePins(identities),
    ...compareHolders(before, after, identities, compared),
    ...compareHost(before, after, compared),
    ...compareHostParts(before, after, compared),
  ]);
}

/** The same within one boot. `events` is what happened in between (`diffInventories`); what is no event is added. */
export function compareById(before: Inventory, after: Inventory, events: readonly EventDraft[]): Comparison {
  const compared = comparedSections(before, after);
  const identities = identitiesOfBoth(before, after, compared);
  const [notes, news] = [events.filter(isNote), events.filter((event) => !isNote(event))];
  return {
    ...comparison('by-id', before, after, [
      ...news.map(changeOf),
      ...comparePins(identities),
      ...compareHolders(before, after, identities, compared, ({ pid, startTime }) => `${pid} ${startTime}`),
      ...compareHostParts(before, after, compared),
    ]),
    notes: notes.map(({ details }) => String(details.summary)),
  };
}

function identitiesOfBoth(before: Inventory, after: Inventory, compared: readonly Section[]): BothIdentities {
  const names = namesOfBoth(before, after);
  return { before: identitiesOf(before, compared, names), after: identitiesOf(after, compared, names) };
}

function comparison(way: Way, before: Inventory, after: Inventory, changes: readonly Change[]): Comparison {
  const compared = comparedSections(before, after);
  return {
    format: 'bpfwitness-comparison',
    version: COMPARISON_VERSION,
    way,
    before: moment(before),
    after: moment(after),
    notCompared: COMPARABLE.filter((section) => !compared.includes(section)),
    equal: changes.length === 0,
    changes,
    notes: [],
  };
}

function moment({ host, boot, time, covers }: Inventory): Moment {
  return { host, boot, time, covers };
}

/** Programs that came and went again: they are in neither of the two. */
function isNote({ details }: EventDraft): boolean {
  return details.shortLived !== undefined;
}

const ADDS: ReadonlySet<string> = new Set(['program-load', 'map-create', 'program-attach']);
const TAKES: ReadonlySet<string> = new Set(['program-unload', 'map-delete', 'program-detach']);

function changeOf({ type, details }: EventDraft): Change {
  const { object, summary, attachment } = details;
  const kind = isJsonObject(object) ? object.kind : null;
  return {
    object: attachment !== undefined ? 'attachment' : isKind(kind) ? kind : 'host',
    change: ADDS.has(type) ? 'added' : TAKES.has(type) ? 'gone' : 'changed',
    summary: String(summary),
    differences: [],
  };
}

function isKind(kind: unknown): kind is Change['object'] {
  return kind === 'program' || kind === 'map' || kind === 'setting' || kind === 'process';
}
