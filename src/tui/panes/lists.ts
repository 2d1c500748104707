import { printable } from '../../text/sanitise.ts';
import type { Detail } from '../detail/detail.ts';
import { alertList, noAlerts } from './alerts/list.ts';
import { anomalyList, noAnomalies } from './anomalies/list.ts';
import { checkList, noChecks } from './checks/list.ts';
import { eventList, noEvents } from './events/list.ts';
import type { PaneId } from './ids.ts';
import { mapList, noMaps } from './maps/list.ts';
import { noPrograms, programList } from './programs/list.ts';
import type { RowList } from './row-list.ts';
import type { ScreenData } from './screen-data.ts';
import { trendsDetail } from './trends/detail.ts';

/** Panes that list rows; Trends draws graphs. */
export type ListPaneId = Exclude<PaneId, 'trends'>;

const LISTS: { readonly [pane in ListPaneId]: (data: ScreenData, filter: string) => RowList } = {
  checks: checkList,
  anomalies: anomalyList,
  alerts: alertList,
  events: eventList,
  programs: programList,
  maps: mapList,
};

const EMPTY: { readonly [pane in ListPaneId]: (data: ScreenData) => string } = {
  checks: noChecks,
  anomalies: noAnomalies,
  alerts: noAlerts,
  events: noEvents,
  programs: noPrograms,
  maps: noMaps,
};

export function isListPane(pane: PaneId): pane is ListPaneId {
  return pane !== 'trends';
}

/** The rows of a pane that its filter leaves. */
export function listOf(pane: ListPaneId, data: ScreenData, filter: string): RowList {
  return LISTS[pane](data, filter);
}

/** What to say where a pane has no rows, safe to show. */
export function emptyText(pane: ListPaneId, data: ScreenData, filter: string): string {
  return filter === '' ? EMPTY[pane](data) : `Nothing here matches "${printable(filter)}". esc clears the filter.`;
}

/** What Enter opens on Trends: it has no rows, so it is about all of it. */
export function detailOfTrends(data: ScreenData): Detail {
  return trendsDetail(data.view.trends);
}

/** What a list's rows depend on: while this is the same object, so are the rows. */
export function listSource(pane: ListPaneId, data: ScreenData): unknown {
  switch (pane) {
    case 'checks':
      return data.view.checks;
    case 'anomalies':
      return data.view.anomalies;
    case 'alerts':
      return data.view.alerts;
    case 'events':
      return data.window;
    case 'programs':
    case 'maps':
      return data.inventory;
  }
}
