import type { Amendment, AuditEvent, EventDraft, Position } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import { isJsonObject } from '../model/json.ts';
import type { AuditRecordGroup, Observation, Unreadable } from '../model/observation.ts';
import type { Problem, Snapshot } from '../model/snapshot.ts';
import { auditEvents } from './audit-events.ts';
import { numberOf } from './audit-fields.ts';
import { calledBy, type GroupView, viewGroup } from './audit-group.ts';
import { carryForward } from './carry-forward.ts';
import { Identities } from './identities.ts';
import { toInventory } from './inventory.ts';
import { Sightings } from './sightings.ts';
import { diffInventories } from './snapshot-diff.ts';

/** What one observation amounts to. */
export interface Normalised {
  readonly events: readonly AuditEvent[];
  readonly amendments: readonly Amendment[];
  /** What is known of the host after a snapshot; null after anything else. */
  readonly inventory: Inventory | null;
  /** What the snapshot could not look at; null after anything else. */
  readonly problems: readonly Problem[] | null;
  readonly unreadable: readonly Unreadable[];
  /** Names of audit records that no rule maps to an event. */
  readonly unmapped: readonly string[];
  /** Audit records of our own doing, which make no events. */
  readonly own: number;
}

const NOTHING: Normalised = {
  events: [],
  amendments: [],
  inventory: null,
  problems: null,
  unreadable: [],
  unmapped: [],
  own: 0,
};

/** A host as known so far. */
interface HostState {
  inventory: Inventory;
  observerPid: number | null;
  /** Programs that our own tools loaded: their unload may come without a system call that would tell. */
  readonly ownPrograms: Set<number>;
  /** True once the audit log told of a load: then it tells of all, as long as it is on and loses nothing. */
  loadsAreTold: boolean;
}

/**
 * Turns observations, in the order in which they were made, into events. It keeps what the next one is compared with
 * and nothing else decides: the same observations give the same events, ids included, live or replayed.
 */
export class Normaliser {
  #hosts = new Map<string, HostState>();
  /** The host of the newest snapshot: audit records without `node=` are taken to be of it. */
  #host: string | null = null;
  #identities = new Identities();
  #sightings = new Sightings();

  /** Takes in one observation. Never throws on its content. */
  push(observation: Observation): Normalised {
    switch (observation.kind) {
      case 'snapshot':
        return this.#snapshot(observation.snapshot, observation.via);
      case 'audit':
        return this.#audit(observation.group, observation.via);
      case 'event':
        return { ...NOTHING, events: [observation.event] };
      case 'unreadable':
        return { ...NOTHING, unreadable: [observation.unreadable] };
    }
  }

  #snapshot(snapshot: Snapshot, via: Position | undefined): Normalised {
    const { inventory: seen, malformed } = toInventory(snapshot);
    const before = this.#hosts.get(seen.host);
    const sameBoot = before !== undefined && bootMatches(before.inventory, seen);
    const inventory = sameBoot ? carryForward(before.inventory, seen) : seen;
    const loadsAreTold = sameBoot && before.loadsAreTold && auditIsWhole(before.inventory, inventory);
    const options = { origins: snapshot.origins ?? {}, loadsAreTold };
    const drafts = before === undefined ? [] : diffInventories(before.inventory, inventory, options);
    if (before !== undefined && !sameBoot) this.#sightings.clear();

    const state: HostState = {
      inventory,
      observerPid: snapshot.observer?.pid ?? before?.observerPid ?? null,
      ownPrograms: sameBoot ? before.ownPrograms : new Set(),
      loadsAreTold,
    };
    addOwn(state, snapshot.own?.programs ?? []);
    this.#hosts.set(seen.host, state);
    this.#host = seen.host;
    return {
      ...NOTHING,
      ...this.#settle(drafts, via),
      inventory,
      problems: snapshot.problems,
      unreadable: malformed.map((reason) => ({ at: via ?? { file: originOf(snapshot) }, reason, text: '' })),
    };
  }

  #audit(group: AuditRecordGroup, via: Position | undefined): Normalised {
    const view = viewGroup(group, this.#hostOf(group.node));
    if (this.#isOwn(view)) return { ...NOTHING, own: group.records.length };
    const { events, unmapped } = auditEvents(view);
    const state = this.#hosts.get(view.host);
    if (state !== undefined && events.some(isTold)) state.loadsAreTold = true;
    return { ...NOTHING, ...this.#settle(events, via), unmapped };
  }

  /** Whether the records tell of our own looking. Notes which programs our tools loaded while doing so. */
  #isOwn(view: GroupView): boolean {
    const state = this.#hosts.get(view.host);
    if (state === undefined || (state.observerPid === null && state.ownPrograms.size === 0)) return false;
    const programs = view.records.filter((record) => record.name === 'BPF');
    const ids = programs.map((record) => numberOf(record.fields, 'prog-id') ?? 0);
    if (state.observerPid !== null && calledBy(view, state.observerPid)) {
      addOwn(
        state,
        ids.filter((id) => id !== 0),
      );
      return true;
    }
    return programs.length === view.records.length && ids.length > 0 && ids.every((id) => state.ownPrograms.has(id));
  }

  /** The host that a record's `node=` means: a host already known under a longer or shorter form of it, if any. */
  #hostOf(node: string | null): string {
    const host = this.#host;
    if (node === null) return host ?? 'unknown';
    return host !== null && shortName(host) === shortName(node) ? host : node;
  }

  #settle(drafts: readonly EventDraft[], via: Position | undefined): Pick<Normalised, 'events' | 'amendments'> {
    const events: AuditEvent[] = [];
    const amendments: Amendment[] = [];
    this.#identities.begin();
    for (const draft of drafts) {
      const evidence = via === undefined ? draft.evidence : draft.evidence.map((each) => ({ ...each, via }));
      const { event, again } = this.#identities.identify({ ...draft, evidence });
      const amendment = again ? { eventId: event.id, details: {}, evidence } : this.#sightings.match(event);
      if (amendment === null) events.push(event);
      else amendments.push(amendment);
    }
    return { events, amendments };
  }
}

/** Our tools load a program or two with every look; those of long ago are gone. */
const MAX_OWN_PROGRAMS = 4096;

function addOwn(state: HostState, ids: readonly number[]): void {
  for (const id of ids) state.ownPrograms.add(id);
  for (const id of state.ownPrograms) {
    if (state.ownPrograms.size <= MAX_OWN_PROGRAMS) return;
    state.ownPrograms.delete(id);
  }
}

/** Ids are comparable within one boot only; a saved file does not say which boot it is of. */
function bootMatches(a: Inventory, b: Inventory): boolean {
  return a.boot === null || b.boot === null || a.boot === b.boot;
}

function originOf(snapshot: Snapshot): string {
  return Object.values(snapshot.origins ?? {})[0] ?? 'bpftool';
}

function shortName(host: string): string {
  return host.split('.', 1)[0] ?? host;
}

/** A load that the kernel itself recorded, not only the system call for one. */
function isTold({ type, details }: EventDraft): boolean {
  return type === 'program-load' && isJsonObject(details.audit) && details.audit.record === 'BPF';
}

/** Whether the audit log missed nothing between two looks. */
function auditIsWhole(previous: Inventory, next: Inventory): boolean {
  return next.audit !== null && next.audit.enabled > 0 && next.audit.lost === (previous.audit?.lost ?? null);
}
