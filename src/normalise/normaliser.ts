import type { EventDraft, Position } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import { isJsonObject } from '../model/json.ts';
import type { AgentRecord, AuditRecordGroup, Gap, Observation, Unreadable } from '../model/observation.ts';
import type { Problem, Snapshot } from '../model/snapshot.ts';
import { agentEvents, agentHost } from './agents/agent-events.ts';
import { auditEvents } from './audit/events.ts';
import { gapEvent } from './audit/gap.ts';
import { viewGroup } from './audit/group.ts';
import { AuditedLoads } from './audited-loads.ts';
import { Boots } from './boots.ts';
import { boundedDraft } from './bounded-draft.ts';
import { carryForward, withoutBroken } from './carry-forward.ts';
import { stillUnheld } from './decode-packet-sockets.ts';
import { stillUnowned } from './hooks/owners.ts';
import { toInventory } from './inventory.ts';
import { MapHandles } from './map-handles.ts';
import { OwnDoing } from './own-doing.ts';
import { SectionMemo } from './section-memo.ts';
import { carriedBy, NOTHING_SETTLED, type Settled, Settler } from './settler.ts';
import { diffInventories } from './snapshot-diff.ts';
import { ToolRuns } from './tool-runs.ts';
import { unkeptPrograms } from './unkept.ts';
import { type SavedLook, stillUnlisted, unlistedObjects } from './unlisted.ts';
import { SymbolRun } from './unlisted-symbols.ts';

/** What one observation amounts to. */
export interface Normalised extends Settled {
  /** What is known of the host after a snapshot; null after anything else. */
  readonly inventory: Inventory | null;
  /** What the snapshot could not look at; null after anything else. */
  readonly problems: readonly Problem[] | null;
  readonly unreadable: readonly Unreadable[];
  /** Records that no rule maps to an event, by type. */
  readonly unmapped: { readonly [type: string]: number };
  /** Audit records of our own doing and of bpftool's reading, which make no events. */
  readonly own: number;
}

const NOTHING: Normalised = {
  ...NOTHING_SETTLED,
  inventory: null,
  problems: null,
  unreadable: [],
  unmapped: {},
  own: 0,
};

/** A host as known so far by snapshots of it. */
interface HostState {
  inventory: Inventory;
  readonly own: OwnDoing;
  readonly symbols: SymbolRun;
  /** True once the audit log told of a load: then it tells of all, as long as it is on and loses nothing. */
  loadsAreTold: boolean;
  /** Set when the newest look is a saved one with a whole listing of programs. */
  readonly saved?: SavedLook;
}

/**
 * Turns observations, in the order in which they were made, into events. It keeps what the next one is compared with
 * and nothing else decides: the same observations give the same events, ids included, live or replayed.
 *
 * Some events wait for what comes after them ({@link ToolRuns}): call {@link finish} when the input is over.
 */
export class Normaliser {
  #hosts = new Map<string, HostState>();
  /** The host of the newest snapshot: audit records without `node=` are taken to be of it while there is no other. */
  #host: string | null = null;
  /** What was made of the parts of the newest snapshot. */
  #memo = new SectionMemo();
  #boots = new Boots();
  #maps = new MapHandles();
  #loads = new AuditedLoads();
  #tools = new ToolRuns(this.#boots);
  #settler = new Settler(this.#boots);

  /** Takes in one observation. Never throws on its content. */
  push(observation: Observation): Normalised {
    const due = observation.time === null ? NOTHING_SETTLED : this.#due(observation.time);
    const seen = this.#take(observation);
    if (due === NOTHING_SETTLED) return seen;
    return {
      ...seen,
      events: [...due.events, ...seen.events],
      amendments: [...due.amendments, ...seen.amendments],
    };
  }

  /** Event time, ms, from which on there may be events that still wait; null when none does. */
  get waitingSince(): number | null {
    return this.#tools.heldSince;
  }

  /** The events that waited for what would come after them: nothing will. And what the whole log tells of a saved listing. */
  finish(): Normalised {
    return { ...NOTHING, ...this.#settler.settleAll(this.#tools.end()), inventory: this.#comparedWithLog() };
  }

  /** The newest saved look with the programs that the log loaded and it lacks; null where there is no such program. */
  #comparedWithLog(): Inventory | null {
    const state = this.#host === null ? undefined : this.#hosts.get(this.#host);
    if (state?.saved === undefined) return null;
    const { inventory, saved } = state;
    const listed = new Set(inventory.programs.map(({ id }) => id));
    const missing = this.#loads.missingFromSaved(inventory.host, listed, inventory.time);
    if (missing.length === 0) return null;
    const known = new Set(missing.map(({ id }) => id));
    const others = inventory.unlisted.filter(({ kind, id }) => kind !== 'program' || !known.has(id));
    const found = unlistedObjects(inventory, undefined, missing, saved);
    const named = found.filter(({ kind, id }) => kind === 'program' && known.has(id));
    state.inventory = { ...inventory, unlisted: [...others, ...named] };
    return state.inventory;
  }

  /** Events that waited long enough, at this time. */
  #due(time: number): Settled {
    return this.#settler.settleAll(this.#tools.expire(time));
  }

  #take(observation: Observation): Normalised {
    switch (observation.kind) {
      case 'snapshot':
        return this.#snapshot(observation.snapshot, observation.via);
      case 'audit':
        return this.#audit(observation.group, observation.via);
      case 'event':
        return { ...NOTHING, events: [this.#settler.read(observation.event)] };
      case 'agent':
        return this.#agent(observation.record, observation.via);
      case 'skipped':
        return { ...NOTHING, unmapped: observation.records };
      case 'gap':
        return this.#gap(observation.gap, this.#hostOf(observation.host), observation.via);
      case 'unreadable':
        return { ...NOTHING, unreadable: [observation.unreadable] };
    }
  }

  #snapshot(snapshot: Snapshot, via: Position | undefined): Normalised {
    const { inventory: seen, malformed, doubted } = toInventory(snapshot, this.#memo);
    const before = this.#hosts.get(seen.host);
    const sameBoot = before !== undefined && bootMatches(before.inventory, seen);
    if (before !== undefined && !sameBoot) this.#boots.beginBetween(seen.host, before.inventory.time, seen.time);
    if (mayHaveLostRecords(sameBoot ? before.inventory : null, seen)) this.#loads.forget(seen.host);
    const symbols = sameBoot ? before.symbols : new SymbolRun();
    const confirmed = {
      ...seen,
      unlisted: this.#unlisted(seen, snapshot, sameBoot ? before.inventory : null),
      unlistedSymbols: symbols.see(snapshot),
      kernelHooks: stillUnowned(sameBoot ? before.inventory.kernelHooks : [], seen.kernelHooks, seen.time),
      packetSockets: stillUnheld(sameBoot ? before.inventory.packetSockets : [], seen.packetSockets),
    };
    const known = sameBoot ? carryForward(before.inventory, confirmed) : confirmed;
    const whole = withoutBroken(known, snapshot, doubted);
    const inventory = { ...whole, unkept: unkeptPrograms(whole, sameBoot ? before.inventory.unkept : []) };
    const loadsAreTold = sameBoot && before.loadsAreTold && auditIsWhole(before.inventory, inventory);
    const options = { origins: snapshot.origins ?? {}, loadsAreTold };
    const drafts = before === undefined ? [] : diffInventories(before.inventory, inventory, options);

    const own = before?.own ?? new OwnDoing();
    own.learn(snapshot, sameBoot);
    const { origins, wholeListings } = snapshot;
    const saved = origins !== undefined && wholeListings?.includes('programs') ? { origins, wholeListings } : undefined;
    this.#hosts.set(seen.host, { inventory, own, symbols, loadsAreTold, ...(saved === undefined ? {} : { saved }) });
    this.#host = seen.host;
    return {
      ...NOTHING,
      ...this.#settle(drafts, via),
      inventory,
      problems: snapshot.problems,
      unreadable: malformed.map((reason) => ({ at: via ?? { file: originOf(snapshot) }, reason, text: '' })),
    };
  }

  /** What this look found unlisted; `before` is the one before it in the same boot. */
  #unlisted(seen: Inventory, snapshot: Snapshot, before: Inventory | null): Inventory['unlisted'] {
    const { own } = snapshot;
    const listed = new Set([...seen.programs.map(({ id }) => id), ...(own?.programs ?? [])]);
    const missing = this.#loads.missing(seen.host, listed, seen.time, this.#boots.ended(seen.host));
    const now = missing.length === 0 ? seen.unlisted : unlistedObjects(seen, own, missing, snapshot);
    return before === null ? now : stillUnlisted(before.unlisted, now, seen.covers);
  }

  #audit(group: AuditRecordGroup, via: Position | undefined): Normalised {
    const view = viewGroup(group, this.#hostOf(group.node));
    const state = this.#hosts.get(view.host);
    const isOwn = state?.own.has(view) === true;
    const { events: told, unmapped } = auditEvents(view);
    // Without a serial the whole text is what tells one event from another (identify.ts): those are cut once they have an id.
    const events = group.serial === null ? told : told.map(boundedDraft);
    if (!isOwn) this.#boots.follow(view);
    if (group.records.some(({ type }) => changesAudit(type))) this.#loads.forget(view.host);
    // Our bpftool opens each program to describe it, and may so be the last to let go of another's.
    this.#loads.follow(view.host, group.time, events, this.#boots.ended(view.host));
    if (isOwn) return { ...NOTHING, own: group.records.length };
    if (state !== undefined && events.some(isTold)) state.loadsAreTold = true;
    const judged = events.map((draft) => carriedBy(this.#maps.judge(draft), via));
    const sifted = this.#tools.sift(judged, group.records.length);
    return { ...NOTHING, ...this.#settler.settleAll(sifted.batches), own: sifted.own, unmapped: counted(unmapped) };
  }

  #agent(record: AgentRecord, via: Position | undefined): Normalised {
    const { events, unmapped } = agentEvents(record, this.#hostOf(agentHost(record)));
    return { ...NOTHING, ...this.#settle(events, via), unmapped: unmapped === null ? {} : counted([unmapped]) };
  }

  #gap(gap: Gap, host: string, via: Position | undefined): Normalised {
    if (gap.kind === 'boot') this.#boots.begin(host, gap.time);
    else if (gap.kind !== 'clock') this.#loads.spoil(host);
    const event = gapEvent(gap, host);
    const seen = event === null ? NOTHING : { ...NOTHING, ...this.#settle([event], via) };
    return { ...seen, inventory: gap.kind === 'clock' ? null : this.#withoutAudited(host) };
  }

  /** The inventory again without what the audit log alone concluded, now that something of it is missing; null when nothing was. */
  #withoutAudited(host: string): Inventory | null {
    const state = this.#hosts.get(host);
    if (state === undefined || !state.inventory.unlisted.some(({ isAudited }) => isAudited)) return null;
    const unlisted = state.inventory.unlisted.filter(({ isAudited }) => !isAudited);
    state.inventory = { ...state.inventory, unlisted };
    return state.inventory;
  }

  /** The host that a record's `node=` means: a host already known under a longer or shorter form of it, if any. */
  #hostOf(node: string | null): string {
    const host = this.#host;
    // With snapshots of two hosts it could be of either.
    if (node === null) return host === null || this.#hosts.size > 1 ? 'unknown' : host;
    return host !== null && shortName(host) === shortName(node) ? host : node;
  }

  #settle(drafts: readonly EventDraft[], via: Position | undefined): Settled {
    return this.#settler.settle(drafts.map((draft) => carriedBy(draft, via)));
  }
}

/** Counts by type. Types may be called anything, `__proto__` too. */
function counted(types: readonly string[]): { readonly [type: string]: number } {
  if (types.length === 0) return NOTHING.unmapped;
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(counts);
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
/** Records of what the audit system does with itself: between them it may not have recorded what it does else. */
function changesAudit(type: string): boolean {
  return type === 'CONFIG_CHANGE' || (type.startsWith('DAEMON_') && type !== 'DAEMON_ROTATE');
}

/** Whether the kernel says that it dropped audit records, or records none. `before` is the look before in the same boot. */
function mayHaveLostRecords(before: Inventory | null, { audit }: Inventory): boolean {
  if (audit === null) return false;
  return audit.enabled === 0 || (audit.lost ?? 0) !== (before?.audit?.lost ?? 0);
}

function auditIsWhole(previous: Inventory, next: Inventory): boolean {
  return next.audit !== null && next.audit.enabled > 0 && next.audit.lost === (previous.audit?.lost ?? null);
}
