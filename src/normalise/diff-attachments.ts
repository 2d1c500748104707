import type { EventDraft } from '../model/event.ts';
import type { Attachment, Inventory } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import type { Section } from '../model/snapshot.ts';
import { actorOf, bothCover, byOwner, draft, elementEvidence, label, ownersDetail, type Pair } from './diff-draft.ts';

/** Places where a program sees or decides about traffic, system calls or other processes' code. */
const SENSITIVE: ReadonlySet<string> = new Set([
  'xdp',
  'tc',
  'tcx',
  'netkit',
  'netfilter',
  'lsm',
  'modify_return',
  'kprobe',
  'kretprobe',
  'kprobe_multi',
  'uprobe',
  'uretprobe',
  'uprobe_multi',
  'cgroup',
]);

/** Attachments that ended and that began, each in the order of the listings; another program in place did both. */
export function diffAttachments(pair: Pair): { readonly detaches: EventDraft[]; readonly attaches: EventDraft[] } {
  if (pair.previous.attachments === pair.next.attachments) return { detaches: [], attaches: [] };
  const before = byKey(pair.previous);
  const after = byKey(pair.next);
  const comparable = new Map<Section, boolean>();
  const compared = ({ section }: Attachment): boolean => {
    const known = comparable.get(section);
    if (known !== undefined) return known;
    const result = bothCover(pair, section) && sameDuplicates(pair, section);
    comparable.set(section, result);
    return result;
  };
  const isNew = (now: Attachment) => compared(now) && before.get(now.key)?.programId !== now.programId;
  const isOver = (old: Attachment) => compared(old) && after.get(old.key)?.programId !== old.programId;
  return {
    detaches: pair.previous.attachments.filter(isOver).map((old) => detach(pair, old)),
    attaches: pair.next.attachments.filter(isNew).map((now) => attach(pair, now)),
  };
}

function byKey(inventory: Inventory): ReadonlyMap<string, Attachment> {
  return new Map(inventory.attachments.map((attachment) => [attachment.key, attachment]));
}

/**
 * Rows of the other listings that are links are only told from the rest where the links were listed: when one snapshot
 * has that list and the other has not, they would seem to come or go.
 */
function sameDuplicates(pair: Pair, section: Section): boolean {
  if (section === 'links') return true;
  return pair.previous.covers.includes('links') === pair.next.covers.includes('links');
}

function attach(pair: Pair, attachment: Attachment): EventDraft {
  const program = pair.next.programs.find(({ id }) => id === attachment.programId);
  const owners = attachment.owners.length > 0 ? attachment.owners : (program?.owners ?? []);
  return draft(pair, 'bpftool', {
    type: 'program-attach',
    severity: SENSITIVE.has(attachment.type) ? 'warning' : 'info',
    summary: `${programLabel(pair.next, attachment)} was attached to ${place(attachment)}${byOwner(owners)}`,
    object: objectOf(pair.next, attachment),
    details: {
      attachment: detailOf(attachment),
      actor: actorOf(pair.next, owners, null),
      owners: ownersDetail(owners),
    },
    evidence: [elementEvidence(pair, attachment.section, attachment.raw)],
  });
}

function detach(pair: Pair, attachment: Attachment): EventDraft {
  return draft(pair, 'bpftool', {
    type: 'program-detach',
    severity: 'info',
    summary: `${programLabel(pair.previous, attachment)} is no longer attached to ${place(attachment)}`,
    object: objectOf(pair.previous, attachment),
    details: { attachment: detailOf(attachment), owners: ownersDetail(attachment.owners) },
    evidence: [elementEvidence(pair, attachment.section, attachment.raw)],
  });
}

function programLabel(inventory: Inventory, attachment: Attachment): string {
  const program = inventory.programs.find(({ id }) => id === attachment.programId);
  if (program !== undefined) return label('program', program);
  return attachment.programId === null ? `link ${attachment.linkId ?? ''}`.trim() : `program ${attachment.programId}`;
}

/** `xdp on lo`, `tracepoint on sched_switch`, or the type alone. */
function place(attachment: Attachment): string {
  return attachment.target === '' ? attachment.type : `${attachment.type} on ${attachment.target}`;
}

function objectOf(inventory: Inventory, attachment: Attachment): JsonObject {
  const program = inventory.programs.find(({ id }) => id === attachment.programId);
  if (program === undefined) return { kind: 'program', id: attachment.programId };
  return { kind: 'program', id: program.id, name: program.name, type: program.type, tag: program.tag };
}

function detailOf(attachment: Attachment): JsonObject {
  const { key, type, target, linkId } = attachment;
  return { key, type, target, ...(linkId === null ? {} : { linkId }) };
}
