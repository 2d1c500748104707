import type { CheckStatus } from '../../../model/check.ts';
import { severityRank } from '../../../model/severity.ts';
import { filteredList, type ListSpec, type RowList } from '../row-list.ts';
import type { ScreenData } from '../screen-data.ts';
import { CHECK_COLUMNS, type CheckRow } from './columns.ts';
import { checkDetail } from './detail.ts';

const STATUS_ORDER: { readonly [status in CheckStatus]: number } = {
  failed: 0,
  inconclusive: 1,
  passed: 2,
  'not-applicable': 3,
};

const SPEC: ListSpec<CheckRow> = {
  columns: CHECK_COLUMNS,
  idOf: ({ result }) => result.id,
  severityOf: ({ result }) => (result.status === 'failed' ? result.severity : null),
  textsOf: ({ result }) => [
    result.id,
    result.name,
    result.severity,
    result.status,
    result.reason ?? '',
    ...result.violations.map((violation) => `${violation.objectName} ${violation.message}`),
  ],
  detailOf: checkDetail,
};

/** The results, failed ones first and the worst of them on top, then in the order of the run. */
export function checkList({ view }: ScreenData, filter: string): RowList {
  const definitions = new Map(view.definitions.map((definition) => [definition.id, definition]));
  const rows = (view.checks?.results ?? []).map((result) => ({
    result,
    definition: definitions.get(result.id) ?? null,
  }));
  return filteredList(rows.sort(byUrgency), filter, SPEC);
}

/** What an empty list means. */
export function noChecks({ view }: ScreenData): string {
  if (view.checks !== null) return 'No checks are selected.';
  return view.mode === 'live'
    ? 'The checks run when the first look at the host is complete.'
    : 'No checks yet: they need a list of programs and maps, and nothing read so far has one.';
}

function byUrgency(a: CheckRow, b: CheckRow): number {
  const byStatus = STATUS_ORDER[a.result.status] - STATUS_ORDER[b.result.status];
  if (byStatus !== 0 || a.result.status === 'passed') return byStatus;
  return severityRank(b.result.severity) - severityRank(a.result.severity);
}
