import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

/** As much of `details.actor` as says which program it is; whoever made the event may have put anything there. */
export interface ActorLike {
  readonly pid?: Json;
  readonly uid?: Json;
  readonly user?: Json;
  readonly comm?: Json;
  readonly exe?: Json;
  /** Id or name of the container that it runs in, where an agent knows. */
  readonly container?: Json;
  readonly pod?: Json;
}

/** The actor in an event's details, or null when they name none. */
export function actorIn({ actor }: JsonObject): ActorLike | null {
  return isJsonObject(actor) ? actor : null;
}

/** The name of the bpf(2) command in `details.command`, or null. */
export function commandName({ command }: JsonObject): string | null {
  return isJsonObject(command) && typeof command.name === 'string' ? command.name : null;
}

/** True unless `details.result` says that it failed. */
export function hasWorked({ result }: JsonObject): boolean {
  return !isJsonObject(result) || result.success !== false;
}
