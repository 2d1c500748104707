import type { Alert } from '../../../model/alert.ts';
import type { CheckDefinition } from '../../../model/check.ts';
import { filteredList, type ListSpec, type RowList } from '../row-list.ts';
import type { ScreenData } from '../screen-data.ts';
import { ALERT_COLUMNS } from './columns.ts';
import { alertDetail } from './detail.ts';

/** The alerts: firing first, then by severity, then newest. */
export function alertList({ view }: ScreenData, filter: string): RowList {
  return filteredList(view.alerts, filter, alertSpec(view.definitions));
}

/** What an empty list means. */
export function noAlerts(): string {
  return 'No alerts: no check failed and nothing unusual was seen.';
}

function alertSpec(definitions: readonly CheckDefinition[]): ListSpec<Alert> {
  return {
    columns: ALERT_COLUMNS,
    idOf: ({ fingerprint }) => fingerprint,
    severityOf: ({ severity, state }) => (state === 'firing' ? severity : null),
    textsOf: (alert) => [alert.title, alert.summary, alert.severity, alert.state, alert.fingerprint],
    detailOf: (alert) => alertDetail(alert, definitions.find(({ id }) => alert.fingerprint === `check/${id}`) ?? null),
  };
}
