import type { EventRow } from '../../../model/view.ts';
import { type ListSpec, type RowList, windowList } from '../row-list.ts';
import type { ScreenData } from '../screen-data.ts';
import { EVENT_COLUMNS } from './columns.ts';
import { eventDetail } from './detail.ts';

const SPEC: ListSpec<EventRow> = {
  columns: EVENT_COLUMNS,
  idOf: ({ seq }) => String(seq),
  severityOf: ({ event }) => event.severity,
  // The engine filters events; the screen never holds them all.
  textsOf: () => [],
  detailOf: eventDetail,
};

/** The events in the order in which they happened, as far as the engine has handed them over. */
export function eventList({ view, window }: ScreenData): RowList {
  // A held list is of what was stored when it was held; the window tells how much there is now.
  const isHeld = window !== null && window.request.ceiling !== null;
  const total = isHeld ? view.events.stored : (window?.total ?? 0);
  const extent = { first: window?.offset ?? 0, count: window?.matching ?? 0, total, folded: window?.folded ?? 0 };
  return windowList(window?.rows ?? [], extent, SPEC);
}

/** What an empty list means. */
export function noEvents({ view }: ScreenData): string {
  if (view.mode === 'replay') return 'No events up to this moment of the recording.';
  if (view.mode === 'follow') return 'No events yet: nothing in the files that are followed has become one.';
  return view.time === null
    ? 'No events yet: waiting for the first look at the host.'
    : 'No events yet: nothing has changed since the first look at the host.';
}
