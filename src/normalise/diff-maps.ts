import type { EventDraft } from '../model/event.ts';
import type { BpfMap } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { actorOf, byOwner, draft, elementEvidence, label, ownersDetail, type Pair } from './diff-draft.ts';

export interface MapChanges {
  readonly deletes: EventDraft[];
  readonly creates: EventDraft[];
  readonly changes: EventDraft[];
}

/** Maps that went, that came, and that were frozen or (watched ones) got other entries; each list by id. */
export function diffMaps(pair: Pair): MapChanges {
  const { previous, next } = pair;
  if (previous.maps === next.maps) return { deletes: [], creates: [], changes: [] };
  const before = new Map(previous.maps.map((map) => [map.id, map]));
  const after = new Map(next.maps.map((map) => [map.id, map]));
  return {
    deletes: previous.maps.filter((old) => !isSame(old, after.get(old.id))).map((old) => deleted(pair, old)),
    creates: next.maps.filter((now) => !isSame(now, before.get(now.id))).map((now) => created(pair, now)),
    changes: next.maps.flatMap((now) => {
      const old = before.get(now.id);
      return old !== undefined && isSame(now, old) ? changed(pair, old, now) : [];
    }),
  };
}

/** What the kernel fixes when a map is made. */
function isSame(a: BpfMap, b: BpfMap | undefined): boolean {
  return (
    b !== undefined &&
    a.type === b.type &&
    a.name === b.name &&
    a.keySize === b.keySize &&
    a.valueSize === b.valueSize &&
    a.maxEntries === b.maxEntries
  );
}

function created(pair: Pair, map: BpfMap): EventDraft {
  return draft(pair, 'bpftool', {
    type: 'map-create',
    severity: 'info',
    summary: `${label('map', map)} was created${byOwner(map.owners)}`,
    object: objectOf(map),
    details: {
      actor: actorOf(pair.next, map.owners, null),
      owners: ownersDetail(map.owners),
      maxEntries: map.maxEntries,
      frozen: map.frozen,
      pinned: map.pinned.length === 0 ? undefined : map.pinned,
    },
    evidence: [elementEvidence(pair, 'maps', map.raw)],
  });
}

function deleted(pair: Pair, map: BpfMap): EventDraft {
  return draft(pair, 'bpftool', {
    type: 'map-delete',
    severity: 'debug',
    summary: `${label('map', map)} is gone`,
    object: objectOf(map),
    details: { owners: ownersDetail(map.owners) },
    evidence: [elementEvidence(pair, 'maps', map.raw)],
  });
}

function changed(pair: Pair, old: BpfMap, now: BpfMap): EventDraft[] {
  const change = (severity: EventDraft['severity'], summary: string, what: Json): EventDraft =>
    draft(pair, 'bpftool', {
      type: 'config-change',
      severity,
      summary,
      object: objectOf(now),
      details: { change: what, owners: ownersDetail(now.owners) },
      evidence: [elementEvidence(pair, 'maps', now.raw)],
    });
  const changes: EventDraft[] = [];
  if (old.frozen === false && now.frozen === true) {
    changes.push(change('info', `${label('map', now)} was frozen`, { what: 'frozen', from: false, to: true }));
  }
  if (old.contents !== null && now.contents !== null && old.contents !== now.contents) {
    const what = { what: 'contents', from: old.contents, to: now.contents };
    changes.push(change('warning', `the entries of ${label('map', now)} changed`, what));
  }
  return changes;
}

function objectOf(map: BpfMap): JsonObject {
  return { kind: 'map', id: map.id, name: map.name, type: map.type };
}
