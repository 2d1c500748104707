import type { EventRow, EventWindow, EventWindowRequest } from '../model/view.ts';
import { parseFilter } from '../text/match.ts';
import type { EventTable } from './event-table.ts';
import { type PlaceList, sliceOf } from './place-list.ts';
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
    this.#events.settle();
    const { lists, folded } = this.#lists(request);
    const matching = lengthOf(lists);
    const limit = Math.max(0, Math.trunc(request.limit));
    const last = Math.max(0, matching - limit);
    const offset = request.offset === null ? last : Math.min(Math.max(0, Math.trunc(request.offset)), last);
    return {
      request,
      matching,
      folded,
      total: this.#events.count,
      offset,
      rows: sliceOf(lists, offset, limit).map((seq) => this.#row(seq, request.folded)),
      newest: this.#events.newest,
    };
  }

  /** Tells that these events changed. */
  changed(seqs: readonly number[]): void {
    this.#selection?.recheck(seqs);
  }

  /** What matches, of each segment, and how many more would if nothing were folded. */
  #lists({ filter, ceiling, folded }: EventWindowRequest): {
    readonly lists: readonly PlaceList[];
    readonly folded: number;
  } {
    const { segments, counts } = this.#events;
    const { folds } = counts;
    const isAll = parseFilter(filter) === null;
    if (!isAll && this.#selection?.filter !== filter) this.#selection = new Selection(filter, this.#events);
    const matches = isAll ? segments.all.map(({ order }) => order) : (this.#selection?.lists() ?? []);
    const upTo = (lists: readonly PlaceList[]) => (ceiling === null ? lists : lists.map((list) => list.upTo(ceiling)));
    const all = upTo(matches);
    if (!folded || !folds.hidesSome) return { lists: all, folded: 0 };
    const shown = segments.all.map((segment, index) =>
      isAll ? segment.shown(folds) : segment.withoutFolded(matches[index] ?? segment.order, folds),
    );
    const lists = upTo(shown);
    return { lists, folded: lengthOf(all) - lengthOf(lists) };
  }

  #row(seq: number, folded: boolean): EventRow {
    const event = this.#events.lookup.at(seq);
    return { seq, event, stands: folded ? this.#events.counts.folds.stands(event.id, seq) : 0 };
  }
}

function lengthOf(lists: readonly PlaceList[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}
