import type { CheckResult, Violation } from '../../model/check.ts';
import { exceptionLines } from '../../text/describe-exception.ts';
import { plural } from '../../text/units.ts';
import { outcomeText, STATUS_WORDS } from '../verdict.ts';
import { fieldNames, fieldText } from '../violation-fields.ts';
import { type Cell, code, type Facts, mark, prose, type Section, type Table, tableOf } from './blocks.ts';

/** All checks in one table, and then a part for each with everything that is known of it. */
export function checksSection(results: readonly CheckResult[]): Section {
  const rows = results.map((result) => [
    prose(result.name),
    statusMark(result),
    severityCell(result),
    prose(String(result.violations.length)),
    prose(String(result.undecided.length)),
  ]);
  return {
    heading: prose('Security checks'),
    blocks: tableOf('All checks', ['Check', 'Status', 'Severity', 'Violations', 'Undecided'], rows),
    parts: results.map(checkPart),
  };
}

function checkPart(result: CheckResult): Section {
  const exceptions = exceptionLines(result);
  const { id, name, status, violations, undecided, rationale, remedy, references } = result;
  const facts: Facts = [
    ['Check', code(id)],
    ['Severity', severityCell(result)],
    ['Outcome', prose(status === 'failed' ? plural(violations.length, 'violation') : outcomeText(result))],
    ['Why it matters', prose(rationale)],
    ['What to do', prose(remedy)],
  ];
  return {
    heading: [...statusMark(result), ...prose(name)],
    blocks: [
      { kind: 'facts', facts },
      ...objectTable('Violations', violations),
      ...objectTable('Could not be judged', undecided),
      ...(exceptions.length === 0
        ? []
        : [{ kind: 'list', label: 'Exceptions', items: exceptions.map(prose) } as const]),
      ...(references.length === 0
        ? []
        : [{ kind: 'list', label: 'References', items: references.map(prose) } as const]),
    ],
    parts: [],
  };
}

function statusMark({ status }: CheckResult): Cell {
  return mark(STATUS_WORDS[status], status);
}

/** In colour only where it counts: a critical check that passed is no bad news. */
function severityCell({ status, severity }: CheckResult): Cell {
  return status === 'failed' ? mark(severity, severity) : prose(severity);
}

function objectTable(caption: string, violations: readonly Violation[]): readonly Table[] {
  if (violations.length === 0) return [];
  const names = fieldNames(violations);
  return [
    {
      kind: 'table',
      caption,
      columns: [...['Object', 'Kind', 'Id', 'What is wrong'].map(prose), ...names.map(code)],
      rows: violations.map(({ objectKind, objectId, objectName, message, fields }) => [
        code(objectName),
        prose(objectKind),
        prose(objectId === null ? '' : String(objectId)),
        prose(message),
        ...names.map((name) => code(Object.hasOwn(fields, name) ? fieldText(fields[name]) : '')),
      ]),
    },
  ];
}
