import type { CheckDefinition } from '../../model/check.ts';
import { SEVERITIES, type Severity } from '../../model/severity.ts';
import { SECTIONS, type Section } from '../../model/snapshot.ts';
import type { CheckTest, Fault, Pack, Place } from './pack.ts';

/** One key of a check as a file gives it. */
export interface Field {
  readonly key: string;
  readonly line: number;
  readonly text: string;
  /** The same as a list. */
  readonly items: readonly string[];
}

/** A check as a file gives it, nothing of which is believed yet. */
export interface Draft {
  readonly at: Place;
  readonly fields: readonly Field[];
  readonly tests: readonly CheckTest[];
  /** What was wrong with how it was written. */
  readonly faults: readonly Fault[];
}

/** Keys that a check has to have; `needs` may be empty, but whoever writes a check has to have thought of it. */
const REQUIRED = ['id', 'name', 'severity', 'description', 'rationale', 'remedy', 'needs', 'sql'] as const;
const KEYS: readonly string[] = [...REQUIRED, 'references', 'discovery'];

/** It stands in reports, file names and URLs. */
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export const ID_RULE =
  'an id is up to 64 small letters, digits, hyphens, dots and underscores, and begins with a letter or digit';

export function isCheckId(text: string): boolean {
  return ID.test(text);
}

/** The check that a draft is: taken, or refused with everything that is wrong with it. */
export function packOf(draft: Draft): Pack {
  const { at, fields } = draft;
  const field = (key: string): Field | undefined => fields.find((each) => each.key === key);
  const text = (key: string): string => field(key)?.text.trim() ?? '';
  const faults = [...draft.faults, ...faultsIn(fields, at)].sort((a, b) => (a.at.line ?? 0) - (b.at.line ?? 0));
  const id = ID.test(text('id')) ? text('id') : null;
  const severity = severityOf(text('severity'));
  if (faults.length > 0 || id === null || severity === null) {
    return { checks: [], refused: [{ at, id, name: text('name') || null, severity, faults }] };
  }
  const discovery = field('discovery');
  const definition: CheckDefinition = {
    id,
    name: text('name'),
    severity,
    description: text('description'),
    rationale: text('rationale'),
    remedy: text('remedy'),
    references: field('references')?.items ?? [],
    needs: (field('needs')?.items ?? []).flatMap((item) => sectionOf(item) ?? []),
    ...(discovery === undefined ? {} : { discovery: discovery.text }),
    sql: field('sql')?.text ?? '',
    origin: at,
  };
  const sqlLine = field('sql')?.line ?? 1;
  const check = { definition, at, sqlLine, discoveryLine: discovery?.line ?? 1, tests: draft.tests };
  return { checks: [check], refused: [] };
}

function faultsIn(fields: readonly Field[], at: Place): readonly Fault[] {
  const keys = fields.map(({ key }) => key);
  const missing = REQUIRED.filter((key) => !keys.includes(key));
  const absent = missing.length === 0 ? [] : [{ at, reason: `missing: ${missing.map(nameOf).join(', ')}` }];
  const wrong = fields.flatMap((field, index) =>
    reasonsAgainst(field, keys.indexOf(field.key) < index).map((reason) => ({
      at: { file: at.file, line: field.line },
      reason,
    })),
  );
  return [...absent, ...wrong];
}

/** In a file of SQL the statement has no key. */
function nameOf(key: string): string {
  return key === 'sql' ? 'the statement (sql)' : key;
}

function reasonsAgainst({ key, text, items }: Field, isAgain: boolean): readonly string[] {
  if (!KEYS.includes(key)) return [`there is no key ${key}: known are ${KEYS.join(', ')}`];
  if (isAgain) return [`the key ${key} is given twice`];
  if (key === 'needs') {
    const unknown = items.filter((item) => sectionOf(item) === null);
    return unknown.map((item) => `there is no section ${item}: known are ${SECTIONS.join(', ')}`);
  }
  if (key === 'references') return [];
  if (text.trim() === '') return [`the key ${key} is empty`];
  if (key === 'severity' && severityOf(text.trim()) === null) {
    return [`there is no severity ${text.trim()}: known are ${SEVERITIES.join(', ')}`];
  }
  if (key === 'id' && !ID.test(text.trim())) {
    return [ID_RULE];
  }
  return [];
}

function severityOf(text: string): Severity | null {
  return SEVERITIES.find((severity) => severity === text) ?? null;
}

function sectionOf(text: string): Section | null {
  return SECTIONS.find((section) => section === text) ?? null;
}
