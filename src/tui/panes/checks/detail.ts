import type { Violation } from '../../../model/check.ts';
import { exceptionLines } from '../../../text/describe-exception.ts';
import { describeViolation } from '../../../text/describe-violation.ts';
import {
  type Block,
  type Detail,
  fields,
  itemSection,
  jsonSection,
  section,
  textSection,
} from '../../detail/detail.ts';
import { STATUS_WORDS } from '../../theme/glyphs.ts';
import type { CheckRow } from './columns.ts';

/** How the verdict was reached: what was found, why it matters, what to do, and the query itself. */
export function checkDetail({ result, definition }: CheckRow): Detail {
  return {
    title: result.name,
    severity: result.status === 'passed' ? null : result.severity,
    blocks: [
      { kind: 'field', label: 'Verdict', value: STATUS_WORDS[result.status].full, style: result.status },
      ...fields([
        ['Severity', result.severity],
        ['Check', result.id],
        ['Because', result.reason],
        ['Looks at', definition?.needs.join(', ')],
        ['Took', `${Math.round(result.durationMs * 100) / 100} ms`],
      ]),
      ...section('Found', result.violations.map(violationBlock)),
      ...itemSection('Exceptions', exceptionLines(result)),
      ...section('Could not be judged', result.undecided.map(violationBlock)),
      ...(definition === null
        ? []
        : [
            ...textSection('What it means', definition.description),
            ...textSection('Why it matters', definition.rationale),
            ...textSection('What to do', definition.remedy),
            ...itemSection('References', definition.references),
            ...section('The query', [{ kind: 'code', text: definition.sql.trim() }]),
          ]),
      ...(result.violations.some(hasFields) ? jsonSection('Objects', result.violations) : []),
    ],
  };
}

function violationBlock(violation: Violation): Block {
  return { kind: 'item', text: describeViolation(violation) };
}

function hasFields(violation: Violation): boolean {
  return Object.keys(violation.fields).length > 0;
}
