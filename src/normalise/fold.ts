import type { AuditEvent, EventType } from '../model/event.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { isAtLeast } from '../model/severity.ts';
import { type ActorLike, actorIn, commandName, hasWorked } from './actor-details.ts';
import { isKnownLoader } from './known-loaders.ts';
import { Recent } from './recent.ts';

/** A fold is open for this much event time after its last member, ms. */
const OPEN_MS = 60_000;

/** Open folds remembered at least: a host has a handful of loaders and doings. */
const REMEMBERED = 1024;

/** What container runtimes and systemd do all day. */
const DOINGS: ReadonlySet<EventType> = new Set<EventType>([
  'program-load',
  'program-unload',
  'program-attach',
  'program-detach',
  'map-create',
  'map-access',
]);

/** Details that make an event odd, whoever did it. */
const ODD = ['dangerousHelpers', 'unseenUnload', 'shortLived'] as const;

/**
 * Types of programs that runtimes and systemd load (runc libcontainer/cgroups/devices, systemd src/core/bpf-*.c). One
 * that traces the kernel is none of them, whoever is said to have loaded it.
 */
const ROUTINE_TYPE = /^(?:cgroup_[a-z0-9_]{1,32}|lsm)$/;

interface Fold {
  readonly head: string;
  readonly last: number;
}

/**
 * Whether an event is the routine doing of a container runtime or of systemd: a load, unload, attach, detach, a new map
 * or its use, which worked, is no more than info, has nothing odd about it (its program's type included, where that is
 * known), and was done by one of
 * {@link isKnownLoader}. An unload that names nobody is the doing of who loaded the program.
 */
export function isRoutine(event: AuditEvent): boolean {
  return routineActor(event) !== null;
}

function routineActor({ type, severity, details }: AuditEvent): ActorLike | null {
  if (!DOINGS.has(type) || isAtLeast(severity, 'warning') || !hasWorked(details)) return null;
  if (ODD.some((key) => details[key] !== undefined) || isOddProgram(details)) return null;
  const loader = isJsonObject(details.load) ? actorIn(details.load) : null;
  const actor = actorIn(details) ?? loader;
  if (actor === null || !isKnownLoader(actor)) return null;
  // Whoever lets go of it, a program that somebody else had loaded is not routine.
  return details.load === undefined || (loader !== null && isKnownLoader(loader)) ? actor : null;
}

/**
 * Lets one routine event stand for those that follow it: same host, same executable, same kind of doing, each at most a
 * minute of event time after the last. What is not routine is never folded. Memory is bounded: a fold that is
 * forgotten begins anew.
 */
export class Folder {
  #open = new Recent<Fold>(REMEMBERED);

  /** The event, with `foldedInto` if another stands for it. What it carried before does not count. */
  fold(event: AuditEvent): AuditEvent {
    const actor = routineActor(event);
    if (actor === null) return unfolded(event);
    const doing = event.type === 'map-access' ? `map-access ${commandName(event.details)}` : event.type;
    const key = JSON.stringify([event.host, actor.exe, doing]);
    const fold = this.#open.get(key);
    const belongs = fold !== undefined && Math.abs(event.time - fold.last) <= OPEN_MS && fold.head !== event.id;
    const head = belongs ? fold.head : event.id;
    this.#open.set(key, { head, last: belongs ? Math.max(fold.last, event.time) : event.time });
    return belongs ? { ...event, foldedInto: head } : unfolded(event);
  }
}

/** True for a program whose type is known and no type of theirs. */
function isOddProgram({ object }: JsonObject): boolean {
  if (!isJsonObject(object) || object.kind !== 'program' || typeof object.type !== 'string') return false;
  return object.type !== '' && !ROUTINE_TYPE.test(object.type);
}

function unfolded(event: AuditEvent): AuditEvent {
  if (event.foldedInto === undefined) return event;
  const { foldedInto: _, ...rest } = event;
  return rest;
}
