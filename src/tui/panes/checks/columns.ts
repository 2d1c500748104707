import type { CheckDefinition, CheckResult } from '../../../model/check.ts';
import { formatCount } from '../../../text/units.ts';
import { span } from '../../line.ts';
import type { Column } from '../../table.ts';
import { severityCell, statusCell, textCell } from '../cells.ts';

/** A result with what it was about; the definition is null when the engine did not send it. */
export interface CheckRow {
  readonly result: CheckResult;
  readonly definition: CheckDefinition | null;
}

export const CHECK_COLUMNS: readonly Column<CheckRow>[] = [
  {
    title: 'STATUS',
    least: 8,
    ideal: 14,
    rank: 8,
    cell: ({ result }, width, glyphs) => statusCell(result.status, width, glyphs),
  },
  {
    title: 'CHECK',
    least: 12,
    ideal: 24,
    grow: 1,
    rank: 10,
    cell: ({ result }) => textCell(result.name, result.status === 'failed' ? 'strong' : undefined),
  },
  {
    title: 'SEVERITY',
    short: 'SEV',
    least: 6,
    ideal: 10,
    rank: 6,
    // A check that passed is no trouble of any severity.
    cell: ({ result }, width, glyphs) => {
      const cell = severityCell(result.severity, width, glyphs);
      return result.status === 'passed' ? { ...cell, style: 'dim' } : cell;
    },
  },
  {
    title: 'FOUND',
    least: 5,
    ideal: 6,
    rank: 9,
    align: 'right',
    cell: ({ result }) => {
      const count = result.violations.length;
      if (count > 0) return span(formatCount(count), result.status);
      return result.undecided.length > 0 ? span(`?${formatCount(result.undecided.length)}`, 'dim') : span('-', 'dim');
    },
  },
];
