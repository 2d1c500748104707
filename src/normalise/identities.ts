import type { AuditEvent, EventDraft } from '../model/event.ts';
import { eventId, identityOf, lacksSerial } from './identify.ts';
import { Recent } from './recent.ts';

/** Events remembered for being read a second time: this many at least, twice as many at most. */
const REMEMBERED = 16_384;

/**
 * Numbers events that are otherwise equal, and knows one that is read again: the same file given twice, a record that
 * stands in two logs.
 */
export class Identities {
  /** Identity by id of the newest events. The identity itself decides, so that ids made to collide hide nothing. */
  #recent = new Recent<string>(REMEMBERED);
  #ordinals = new Map<string, number>();
  /** The same for events that have no serial, of which one log may tell several in equal words: by log. */
  #inLog = new Recent<number>(REMEMBERED);

  /** A new observation begins: equal events within it are several, not one seen again. */
  begin(): void {
    this.#ordinals.clear();
  }

  /** Gives a draft its id; `again` when that event came in an earlier observation. */
  identify(draft: EventDraft): { readonly event: AuditEvent; readonly again: boolean } {
    const identity = identityOf(draft);
    const log = lacksSerial(draft) ? JSON.stringify([draft.evidence[0]?.origin ?? '', identity]) : null;
    let ordinal = (log === null ? this.#ordinals.get(identity) : this.#inLog.get(log)) ?? 0;
    let id = eventId(draft.time, identity, ordinal);
    let owner = this.#recent.get(id);
    while (owner !== undefined && owner !== identity) {
      ordinal += 1;
      id = eventId(draft.time, identity, ordinal);
      owner = this.#recent.get(id);
    }
    if (log === null) this.#ordinals.set(identity, ordinal + 1);
    else this.#inLog.set(log, ordinal + 1);
    if (owner === undefined) this.#recent.set(id, identity);
    return { event: { id, ...draft }, again: owner !== undefined };
  }
}
