/** The panes in the order of their digits. */
export const PANES = ['checks', 'anomalies', 'alerts', 'trends', 'events', 'programs', 'maps'] as const;

export type PaneId = (typeof PANES)[number];

export const PANE_TITLES: { readonly [pane in PaneId]: string } = {
  checks: 'Checks',
  anomalies: 'Anomalies',
  alerts: 'Alerts',
  trends: 'Trends',
  events: 'Events',
  programs: 'Programs',
  maps: 'Maps',
};

/** The digit that focuses a pane, from 1. */
export function paneDigit(pane: PaneId): number {
  return PANES.indexOf(pane) + 1;
}
