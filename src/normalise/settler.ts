import type { Amendment, AuditEvent, EventDraft, Position } from '../model/event.ts';
import type { Boots } from './boots.ts';
import { boundedDraft } from './bounded-draft.ts';
import { Folder } from './fold.ts';
import { Identities } from './identities.ts';
import { Pairing } from './pairing.ts';
import { Sightings } from './sightings.ts';

/** What drafts became: new events, and what they add to events of before. */
export interface Settled {
  readonly events: readonly AuditEvent[];
  readonly amendments: readonly Amendment[];
}

export const NOTHING_SETTLED: Settled = { events: [], amendments: [] };

/**
 * Makes events of drafts: gives each its id, knows one that was told of before, pairs an unload with its load, and folds
 * what is routine.
 */
export class Settler {
  #identities = new Identities();
  #folder = new Folder();
  readonly #sightings: Sightings;
  readonly #pairing: Pairing;

  constructor(boots: Boots) {
    this.#sightings = new Sightings(boots);
    this.#pairing = new Pairing(boots);
  }

  /** The drafts of one observation, in order. */
  settle(drafts: readonly EventDraft[]): Settled {
    if (drafts.length === 0) return NOTHING_SETTLED;
    const events: AuditEvent[] = [];
    const amendments: Amendment[] = [];
    this.#identities.begin();
    for (const draft of drafts) {
      const { event: whole, again } = this.#identities.identify(draft);
      const event = boundedDraft(whole);
      const { id: eventId, evidence } = event;
      const amendment = again ? { eventId, details: {}, evidence } : this.#sightings.match(event);
      if (amendment === null) {
        events.push(this.#folder.fold(this.#pairing.take(event)));
      } else {
        amendments.push(amendment);
        this.#pairing.learn(amendment.eventId, event);
      }
    }
    return { events, amendments };
  }

  /** The drafts of several observations, in order. */
  settleAll(batches: readonly (readonly EventDraft[])[]): Settled {
    const [first] = batches;
    if (first === undefined) return NOTHING_SETTLED;
    if (batches.length === 1) return this.settle(first);
    const settled = batches.map((drafts) => this.settle(drafts));
    return {
      events: settled.flatMap(({ events }) => events),
      amendments: settled.flatMap(({ amendments }) => amendments),
    };
  }

  /** An event that was read as one, whoever made it: it may be routine, too. */
  read(event: AuditEvent): AuditEvent {
    return this.#folder.fold(event);
  }
}

/** The draft as a capture carried it. */
export function carriedBy(draft: EventDraft, via: Position | undefined): EventDraft {
  return via === undefined ? draft : { ...draft, evidence: draft.evidence.map((each) => ({ ...each, via })) };
}
