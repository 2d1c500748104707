import type { CheckException, CheckResult, CheckRun, Violation } from '../model/check.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { parseTime } from '../text/time.ts';
import { fieldNames, summarise } from './run.ts';

/** Members of an exception's `object`, and what of a violation each is compared with. */
const OBJECT_KEYS: { readonly [key: string]: (violation: Violation) => Json | undefined } = {
  kind: ({ objectKind }) => objectKind,
  id: ({ objectId }) => objectId,
  name: ({ objectName }) => objectName,
};

/** What is wrong with the `object` of an exception of a check whose statement gives these columns, or null. */
export function objectFault(object: JsonObject, columns: readonly string[]): string | null {
  const known = [...Object.keys(OBJECT_KEYS), ...fieldNames(columns)];
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  return unknown === undefined ? null : `there is no key ${unknown} in object: known are ${known.join(', ')}`;
}

/** An exception that is none: which, counted from 1, and what is wrong with it. */
export interface ExceptionFault {
  readonly number: number;
  readonly reason: string;
}

/**
 * Reads exceptions from a list of `{check, object, reason, until}`. `object` has some of `kind`, `id`, `name` and the
 * other columns of the check's rows (`tag`, `helper`); a `*` in a text stands for any characters. `until` is a day or a
 * moment (ISO 8601, UTC), and has to be there: what nobody looks at again is no exception but a hole. One that is not
 * understood is a fault and excepts nothing.
 */
export function parseExceptions(value: Json): {
  readonly exceptions: readonly CheckException[];
  readonly faults: readonly ExceptionFault[];
} {
  if (!Array.isArray(value)) return { exceptions: [], faults: [{ number: 0, reason: 'it is not a list' }] };
  const exceptions: CheckException[] = [];
  const faults: ExceptionFault[] = [];
  (value as readonly Json[]).forEach((each, index) => {
    const read = exceptionOf(each);
    if (typeof read === 'string') faults.push({ number: index + 1, reason: read });
    else exceptions.push(read);
  });
  return { exceptions, faults };
}

function exceptionOf(value: Json): CheckException | string {
  if (!isJsonObject(value)) return 'it is not an object';
  const { check, object = {}, reason, until, ...unknown } = value;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined) return `there is no key ${extra}: there are check, object, reason, until`;
  if (typeof check !== 'string' || check === '') return 'check is not the id of a check';
  if (!isJsonObject(object)) return 'object is not an object';
  if (Object.values(object).some((each) => typeof each === 'object'))
    return 'object has members that are no text or number';
  if (typeof reason !== 'string' || reason.trim() === '')
    return 'reason is missing: who reads the report has to know why';
  if (until === undefined) return 'until is missing: a day or a moment on which somebody looks at it again';
  // A day lasts until it is over.
  const text = typeof until === 'string' ? until.trim() : '';
  const time = /^\d{4}-/.test(text)
    ? parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text, 0)
    : null;
  if (time === null) return 'until is not a day or a moment, such as 2027-03-31';
  return { check, object, reason, until: time };
}

/**
 * The run with what was excepted set apart from its violations: a check of which nothing else is left has passed. Event
 * time decides whether an exception still holds; one that does not changes nothing and is told beside what it no longer
 * excepts, so that the check fails and says why it did not before.
 */
export function applyExceptions(run: CheckRun, exceptions: readonly CheckException[]): CheckRun {
  if (exceptions.length === 0) return run;
  return summarise(
    run.time,
    run.results.map((result) => withExceptions(result, exceptions, run.time)),
  );
}

function withExceptions(result: CheckResult, exceptions: readonly CheckException[], time: number): CheckResult {
  const ours = exceptions.filter(({ check }) => check === result.id);
  if (ours.length === 0) return result;
  const standing = ours.filter(({ until }) => until >= time);
  const excepted = result.violations.flatMap((violation) => {
    const exception = standing.find((each) => covers(each, violation));
    return exception === undefined ? [] : [{ violation, exception }];
  });
  const set = new Set(excepted.map(({ violation }) => violation));
  const violations = result.violations.filter((violation) => !set.has(violation));
  const expired = ours.filter((each) => each.until < time && violations.some((violation) => covers(each, violation)));
  // An object that could not be judged may be what it is for.
  const wasJudged = result.status === 'failed' || result.status === 'passed';
  const used = new Set(excepted.map(({ exception }) => exception));
  const isFor = (each: CheckException) => result.violations.some((violation) => covers(each, violation));
  const unused = wasJudged ? standing.filter((each) => !used.has(each) && !isFor(each)) : [];
  const isMended = result.status === 'failed' && violations.length === 0;
  const isOpen = isMended && result.open !== undefined;
  return {
    ...result,
    violations,
    excepted,
    expired,
    unused,
    status: isOpen ? 'inconclusive' : isMended ? 'passed' : result.status,
    reason: isOpen ? (result.open ?? null) : result.reason,
  };
}

function covers({ object }: CheckException, violation: Violation): boolean {
  return Object.entries(object).every(([key, wanted]) => {
    const has =
      (Object.hasOwn(OBJECT_KEYS, key) ? OBJECT_KEYS[key]?.(violation) : fieldOf(violation.fields, key)) ?? null;
    return typeof wanted === 'string' && typeof has === 'string' ? matchesPattern(wanted, has) : wanted === has;
  });
}

function fieldOf(fields: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** Whether a text is as a pattern says, in which `*` stands for any characters: without going back, whatever is written. */
function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
