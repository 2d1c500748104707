import type { EventDraft } from '../model/event.ts';
import { actorIn, commandName, hasWorked } from './actor-details.ts';
import { isKnownLoader } from './known-loaders.ts';
import { Recent } from './recent.ts';

/** Processes remembered at least. */
const REMEMBERED = 4096;

/** Commands that change what a map holds. */
const WRITES: ReadonlySet<string> = new Set([
  'BPF_MAP_UPDATE_ELEM',
  'BPF_MAP_DELETE_ELEM',
  'BPF_MAP_LOOKUP_AND_DELETE_ELEM',
  'BPF_MAP_UPDATE_BATCH',
  'BPF_MAP_DELETE_BATCH',
  'BPF_MAP_LOOKUP_AND_DELETE_BATCH',
  'BPF_MAP_FREEZE',
]);

/**
 * Tells a process that fills its own maps from one that changes another's. A record of the call does not name the map,
 * but how the process came by its last one does: it made it, or it opened it by its id. A change after the latter is a
 * warning.
 */
export class MapHandles {
  #opened = new Recent<boolean>(REMEMBERED);

  judge(draft: EventDraft): EventDraft {
    const command = commandName(draft.details);
    if (command === null || !command.startsWith('BPF_MAP_')) return draft;
    const actor = actorIn(draft.details);
    if (actor?.pid === undefined || !hasWorked(draft.details)) return draft;
    const key = `${actor.pid} ${draft.host}`;
    if (command === 'BPF_MAP_CREATE') this.#opened.set(key, false);
    else if (command === 'BPF_MAP_GET_FD_BY_ID') this.#opened.set(key, true);
    else if (WRITES.has(command) && this.#opened.get(key) === true && !isKnownLoader(actor)) return byId(draft);
    return draft;
  }
}

function byId(draft: EventDraft): EventDraft {
  const summary = `${draft.details.summary} after it opened one by its id, which another process may have made`;
  return { ...draft, severity: 'warning', details: { ...draft.details, summary, openedById: true } };
}
