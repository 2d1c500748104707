import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { CheckRunSummary } from '../model/check.ts';
import { type Amendment, type AuditEvent, EVENT_TYPES, type Evidence } from '../model/event.ts';
import { SEVERITIES } from '../model/severity.ts';
import type { JournalHead, Op } from './journal-format.ts';

/**
 * What the lines of a journal must be. Their hash says that they were written together, and not by whom: another user can
 * make a state directory of his own and have it looked at.
 */

/** Milliseconds since the epoch of a moment that the calendar has (ECMA-262, section 21.4.1.1). */
const MAX_TIME = 8.64e15;

type Fields = { readonly [name: string]: unknown };
type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isNumber: Test = (value) => Number.isFinite(value);
const isTime: Test = (value) => typeof value === 'number' && Math.abs(value) <= MAX_TIME;
const isCount: Test = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isSeverity: Test = oneOf(SEVERITIES);
const isDetails: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function oneOf(values: readonly string[]): Test {
  return (value) => typeof value === 'string' && values.includes(value);
}

function optional(test: Test): Test {
  return (value) => value === undefined || test(value);
}

function listOf(test: Test): Test {
  return (value) => Array.isArray(value) && value.every(test);
}

/** A test of objects whose members these tests accept. */
function shape<T>(tests: { readonly [name in keyof Required<T>]: Test }): (value: unknown) => value is T {
  const all: readonly (readonly [string, Test])[] = Object.entries(tests) as [string, Test][];
  return (value): value is T => isDetails(value) && all.every(([name, test]) => test((value as Fields)[name]));
}

const isPlace = shape<NonNullable<Evidence['via']>>({
  file: isText,
  line: optional(isNumber),
  offset: optional(isNumber),
});
const isEvidence = shape<Evidence>({
  origin: isText,
  line: optional(isNumber),
  offset: optional(isNumber),
  text: optional(isText),
  via: optional(isPlace),
});

/** Whether a line of a journal is an event. */
export const isEvent = shape<AuditEvent>({
  id: isText,
  time: isTime,
  type: oneOf(EVENT_TYPES),
  severity: isSeverity,
  source: isText,
  host: isText,
  details: isDetails,
  evidence: listOf(isEvidence),
  foldedInto: optional(isText),
});

const isAmendment = shape<Amendment>({
  eventId: isText,
  severity: optional(isSeverity),
  summary: optional(isText),
  details: isDetails,
  evidence: listOf(isEvidence),
});

const isAlert = shape<Alert>({
  fingerprint: isText,
  kind: oneOf(['anomaly', 'check']),
  severity: isSeverity,
  title: isText,
  summary: isText,
  firstSeen: isTime,
  lastSeen: isTime,
  count: isNumber,
  state: oneOf(['firing', 'resolved']),
  details: isDetails,
  eventIds: listOf(isText),
});

const isCounts: Test = (value) => isDetails(value) && Object.values(value as Fields).every(isNumber);

const isBaseline = shape<Baseline>({
  avgEventsPerInterval: isNumber,
  maxEventsPerInterval: isNumber,
  eventTypes: isCounts,
  severities: isCounts,
  intervalMs: isNumber,
  sampleCount: isNumber,
  collectedAt: isTime,
});

const isRun = shape<CheckRunSummary>({ time: isTime, passed: isNumber, failed: isNumber, inconclusive: isNumber });

const isState: Test = shape({
  alerts: listOf(isAlert),
  baseline: (value) => value === null || isBaseline(value),
  runs: listOf((run) => Array.isArray(run) && run.length === 4 && run.every(isNumber)),
  lastRun: isCount,
});

const OPS: ReadonlyMap<unknown, Test> = new Map<Op['op'], Test>([
  ['state', shape({ state: isState })],
  ['amend', shape({ amendments: listOf(isAmendment) })],
  ['replace', shape({ event: isEvent })],
  ['check-run', shape({ number: isCount, run: isRun })],
  ['alerts', shape({ set: listOf(isAlert), gone: listOf(isText) })],
  ['baseline', shape({ baseline: isBaseline })],
]);

/** Whether the first line of a journal is one. */
export const isHead = shape<JournalHead>({ journal: isCount, first: isCount });

/** Whether a marked line of a journal is a change. */
export function isOp(value: unknown): value is Op {
  return isDetails(value) && (OPS.get((value as Fields).op)?.(value) ?? false);
}

/** The value of a line of JSON, or undefined where it is none. */
export function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
