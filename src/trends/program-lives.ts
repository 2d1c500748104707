import type { AuditEvent } from '../model/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';

/** The event that told of a load. */
export interface LifeStart {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly eventId: string;
  /** `details.actor` of the event, or null when nobody is known. */
  readonly actor: JsonObject | null;
  readonly severity: Severity;
}

/** The event that told of an unload; its actor let go of the program last. */
export interface LifeEnd {
  readonly time: number;
  readonly eventId: string;
  readonly actor: JsonObject | null;
}

/** A program from its load to its end. */
export interface ProgramLife {
  readonly host: string;
  /** Null for one whose id the kernel had cleared before it told of the unload. */
  readonly programId: number | null;
  readonly name: string | null;
  readonly type: string | null;
  readonly tag: string | null;
  /** Null when it was there before the first event. */
  readonly loaded: LifeStart | null;
  /** Null when nobody told of an unload: also for one whose id was loaded again in the same boot. */
  readonly unloaded: LifeEnd | null;
  /** Null unless both ends are known and the clock was not set back between them. */
  readonly lifeMs: number | null;
  readonly end: 'unloaded' | 'boot' | 'still loaded at the end';
}

interface OpenLife {
  readonly host: string;
  readonly id: number;
  readonly object: JsonObject;
  readonly loaded: LifeStart;
}

/**
 * The lives of programs in events, oldest first: who loaded each, when, and how long it was there. An unload belongs to
 * the load of the same id on the same host within a boot (`details.boot`, as the normaliser counts boots); one without an id
 * belongs to none. A load that failed is no life.
 *
 * Lives come by the time of their load; those that were there before come first, by the time of their unload.
 */
export function programLives(events: Iterable<AuditEvent>): readonly ProgramLife[] {
  const lives: ProgramLife[] = [];
  const hosts = new Map<string, HostLives>();
  for (const event of events) {
    const { object } = event.details;
    if (!isJsonObject(object) || (object.kind !== 'program' && object.kind !== 'host')) continue;
    const host = hosts.get(event.host) ?? { boot: 0, open: new Map() };
    hosts.set(event.host, host);
    follow(host, event, object, lives);
  }
  for (const { open } of hosts.values()) {
    for (const life of open.values()) lives.push(ended(life, 'still loaded at the end'));
  }
  return lives.sort(byLoad);
}

interface HostLives {
  boot: number;
  readonly open: Map<number, OpenLife>;
}

function follow(host: HostLives, event: AuditEvent, object: JsonObject, lives: ProgramLife[]): void {
  const { type, details } = event;
  const { open } = host;
  const isProgram = type === 'program-load' || type === 'program-unload';
  if (!isProgram && (type !== 'config-change' || object.kind !== 'host')) return;
  const boot = typeof details.boot === 'number' ? details.boot : 0;
  if (boot > host.boot) {
    for (const life of open.values()) lives.push(ended(life, 'boot'));
    open.clear();
  }
  host.boot = boot;
  if (!isProgram || object.kind !== 'program') return;
  if (isJsonObject(details.result) && details.result.success === false) return;
  const id = typeof object.id === 'number' ? object.id : null;
  const before = id === null ? undefined : open.get(id);
  if (id !== null) open.delete(id);
  if (type === 'program-unload') {
    lives.push(unloaded(event, id, object, before));
  } else if (id !== null) {
    if (before !== undefined) lives.push(ended(before, 'unloaded'));
    open.set(id, { host: event.host, id, object, loaded: startOf(event) });
  }
}

function startOf({ time, id, details, severity }: AuditEvent): LifeStart {
  return { time, eventId: id, actor: objectOf(details.actor), severity };
}

function unloaded(
  event: AuditEvent,
  programId: number | null,
  object: JsonObject,
  open: OpenLife | undefined,
): ProgramLife {
  const { host, time, id: eventId, details } = event;
  const loaded = open?.loaded ?? toldStart(details.load);
  const lifeMs = loaded === null || loaded.time > time ? null : time - loaded.time;
  return {
    host,
    programId,
    ...namesOf(open?.object ?? {}, object),
    loaded,
    unloaded: { time, eventId, actor: objectOf(details.actor) },
    lifeMs,
    end: 'unloaded',
  };
}

/** The load as the unload tells of it, for a load that is not among the events: the store may have let go of it. */
function toldStart(load: Json | undefined): LifeStart | null {
  if (!isJsonObject(load)) return null;
  const { time, eventId, severity } = load;
  const known = SEVERITIES.find((each) => each === severity);
  if (typeof time !== 'number' || typeof eventId !== 'string' || known === undefined) return null;
  return { time, eventId, actor: objectOf(load.actor), severity: known };
}

function ended({ host, id, object, loaded }: OpenLife, end: ProgramLife['end']): ProgramLife {
  return { host, programId: id, ...namesOf(object, {}), loaded, unloaded: null, lifeMs: null, end };
}

function namesOf(atLoad: JsonObject, atUnload: JsonObject): Pick<ProgramLife, 'name' | 'type' | 'tag'> {
  const text = (key: 'name' | 'type' | 'tag') => textOf(atLoad[key]) ?? textOf(atUnload[key]);
  return { name: text('name'), type: text('type'), tag: text('tag') };
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function objectOf(value: Json | undefined): JsonObject | null {
  return isJsonObject(value) ? value : null;
}

function byLoad(a: ProgramLife, b: ProgramLife): number {
  if (a.loaded === null || b.loaded === null) {
    if (a.loaded !== b.loaded) return a.loaded === null ? -1 : 1;
    return (a.unloaded?.time ?? 0) - (b.unloaded?.time ?? 0);
  }
  return a.loaded.time - b.loaded.time;
}
