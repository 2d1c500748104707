import type { EventWindow, EventWindowRequest } from '../model/view.ts';
import { parseFilter } from '../text/match.ts';
import type { EventTable } from './event-table.ts';
import { Selection } from './selection.ts';

/** Answers requests for rows of the event list, in event order (time, then arrival), oldest first. */
export class EventWindows {
  readonly #events: EventTable;
  #selection: Selection | null = null;

  constructor(events: EventTable) {
    this.#events = events;
  }

  /** The rows asked for. An offset past the last full page gives the last page, so that a list that shrank stays full. */
  window(request: EventWindowRequest): EventWindow {
    const limit = Math.max(0, Math.trunc(request.limit));
    const found = parseFilter(request.filter) === null ? this.#all(request) : this.#matching(request);
    const last = Math.max(0, found.matching - limit);
    const offset = request.offset === null ? last : Math.min(Math.max(0, Math.trunc(request.offset)), last);
    return {
      request,
      matching: found.matching,
      total: this.#events.count,
      offset,
      rows: found.seqs(offset, limit).map((seq) => ({ seq, event: this.#events.at(seq) })),
      newest: this.#events.newest,
    };
  }

  /** Tells that these events changed, or (null) that all are gone. */
  changed(seqs: readonly number[] | null): void {
    if (seqs === null) this.#selection = null;
    else this.#selection?.recheck(seqs);
  }

  #matching(request: EventWindowRequest): Found {
    const { connection, names, oldest, newest } = this.#events;
    if (this.#selection?.filter !== request.filter) this.#selection = new Selection(request.filter, connection, names);
    const places = this.#selection.matching(oldest, newest, request.ceiling ?? newest);
    return {
      matching: places.length,
      seqs: (offset, limit) => places.slice(offset, offset + limit).map(({ seq }) => seq),
    };
  }

  #all(request: EventWindowRequest): Found {
    const { connection, oldest, newest } = this.#events;
    const ceiling = Math.min(request.ceiling ?? newest, newest);
    const matching = Math.max(0, ceiling - oldest + 1);
    return {
      matching,
      seqs: (offset, limit) => {
        // An index knows no positions: SQLite steps over what is skipped, so it starts from the nearer end.
        const size = Math.min(limit, matching - offset);
        const after = matching - offset - size;
        const backwards = after < offset;
        const direction = backwards ? 'DESC' : 'ASC';
        const below = ceiling < newest ? 'WHERE +seq <= ?' : '';
        const rows = connection.all(
          `SELECT seq FROM data.event INDEXED BY event_by_time ${below}
            ORDER BY time ${direction}, seq ${direction} LIMIT ? OFFSET ?`,
          [...(ceiling < newest ? [ceiling] : []), size, backwards ? after : offset],
        );
        const seqs = rows.map(([seq]) => Number(seq));
        return backwards ? seqs.reverse() : seqs;
      },
    };
  }
}

/** What a request found: how many events, and how to get the `seq` of some of them. */
interface Found {
  readonly matching: number;
  seqs(offset: number, limit: number): readonly number[];
}
