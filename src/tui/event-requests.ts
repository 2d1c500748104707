import type { EngineFace, EventWindowRequest } from '../model/view.ts';
import type { ScreenData } from './panes/screen-data.ts';

/** Asks the engine for the rows of the event list that the screen needs. */
export interface EventRequests {
  /** To be called after every change; asks only when the rows wanted, or the events, are others than before. */
  want(request: EventWindowRequest, live: ScreenData | null): void;
}

/**
 * At most one request is on its way: a held key asks for thirty windows a second, and a text search over a million
 * events takes longer than that. What is wanted in the meantime is asked for when the answer is there.
 */
export function createEventRequests(face: EngineFace): EventRequests {
  let asked: { readonly request: EventWindowRequest; readonly events: string } | null = null;
  return {
    want(request, live) {
      if (live === null) return;
      const events = eventsKey(live);
      const isSame = asked !== null && sameRequest(asked.request, request) && asked.events === events;
      const isWaiting = asked !== null && (live.window === null || !sameRequest(asked.request, live.window.request));
      // A change of the events alone is no answer to wait for: the engine may have dropped what it was asked before.
      if (isSame || (isWaiting && asked?.events === events)) return;
      asked = { request, events };
      face.send({ kind: 'events', request });
    },
  };
}

/** Changes when events came, were amended, or went because the store was full. */
function eventsKey({ view }: ScreenData): string {
  return `${view.events.seen}/${view.events.stored}/${view.events.changes}`;
}

function sameRequest(a: EventWindowRequest, b: EventWindowRequest): boolean {
  return (
    a.filter === b.filter &&
    a.offset === b.offset &&
    a.limit === b.limit &&
    a.ceiling === b.ceiling &&
    a.folded === b.folded
  );
}
