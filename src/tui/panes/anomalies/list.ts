import type { Anomaly } from '../../../model/anomaly.ts';
import { describeAnomaly } from '../../../text/describe-anomaly.ts';
import { formatClock } from '../../../text/time.ts';
import { filteredList, type ListSpec, type RowList } from '../row-list.ts';
import type { ScreenData } from '../screen-data.ts';
import { ANOMALY_COLUMNS } from './columns.ts';
import { anomalyDetail } from './detail.ts';

const SPEC: ListSpec<Anomaly> = {
  columns: ANOMALY_COLUMNS,
  idOf: ({ time, type }) => `${time}/${type}`,
  severityOf: ({ severity }) => severity,
  textsOf: (anomaly) => [anomaly.type, anomaly.severity, describeAnomaly(anomaly), ...anomaly.eventIds],
  detailOf: anomalyDetail,
};

/** The anomalies, newest first. */
export function anomalyList({ view }: ScreenData, filter: string): RowList {
  return filteredList(view.anomalies, filter, SPEC);
}

/** What an empty list means: nothing unusual, or not yet known what is usual. */
export function noAnomalies({ view }: ScreenData): string {
  return view.learningUntil === null
    ? 'No anomalies: nothing left the baseline.'
    : `No anomalies. Learning the baseline until ${formatClock(view.learningUntil).slice(0, 8)}.`;
}
