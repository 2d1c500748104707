import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyExceptions, objectFault, parseExceptions } from '../../src/checks/exceptions.ts';
import { summarise } from '../../src/checks/run.ts';
import type { CheckException, CheckResult } from '../../src/model/check.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { exceptionLines } from '../../src/text/describe-exception.ts';
import { checkResult } from '../helpers/report.ts';

const T = Date.UTC(2026, 10, 28);

const violation = (objectId: number, objectName: string, fields: JsonObject = {}) => ({
  objectKind: 'program',
  objectId,
  objectName,
  message: 'calls send_signal',
  fields,
});

const failing: CheckResult = checkResult({
  id: 'check-x',
  status: 'failed',
  violations: [violation(1, 'agent_a', { helper: 'send_signal', tag: 'aa' }), violation(2, 'agent_b', { tag: 'bb' })],
});

const exception = (object: JsonObject, until = T + 1): CheckException => ({
  check: 'check-x',
  object,
  reason: 'ours',
  until,
});
const applied = (exceptions: readonly CheckException[], result: CheckResult = failing) => {
  const run = applyExceptions(summarise(T, [result]), exceptions);
  const [only] = run.results;
  return {
    status: only?.status,
    left: only?.violations.map(({ objectId }) => objectId),
    excepted: only?.excepted?.map((each) => each.violation.objectId) ?? [],
    expired: only?.expired?.length ?? 0,
    overall: run.overall,
  };
};

describe('exceptions', () => {
  it('set apart what they cover, and nothing else', () => {
    expect(applied([exception({ name: 'agent_a' })])).toEqual({
      status: 'failed',
      left: [2],
      excepted: [1],
      expired: 0,
      overall: 'fail',
    });
    expect(applied([{ ...exception({}), check: 'check-y' }]).left).toEqual([1, 2]);
    expect(applied([exception({ name: 'agent_a', tag: 'bb' })]).left).toEqual([1, 2]);
    expect(applied([exception({ id: 2, kind: 'program' })]).left).toEqual([1]);
    expect(applied([exception({ id: '2' })]).left).toEqual([1, 2]);
    expect(applied([exception({ toString: 'x' })]).left).toEqual([1, 2]);
    expect(applied([exception({ helper: 'send_*' })]).left).toEqual([2]);
  });

  it('are told when they cover nothing, of a check that was judged', () => {
    const told = (objects: readonly JsonObject[], result: CheckResult) => {
      const run = applyExceptions(
        summarise(T, [result]),
        objects.map((object) => exception(object)),
      );
      return run.results.flatMap(exceptionLines).filter((line) => line.startsWith('Excepts nothing'));
    };
    const until = '(until 2026-11-28)';
    expect(told([{ name: 'agent_a' }, { name: 'agent_x', tag: 'cc' }, { id: 1 }, {}], failing)).toEqual([
      `Excepts nothing here: name agent_x, tag cc: ours ${until}`,
    ]);
    expect(told([{}], checkResult({ id: 'check-x', status: 'passed' }))).toEqual([
      `Excepts nothing here: all of it: ours ${until}`,
    ]);
    expect(told([{}], checkResult({ id: 'check-x', status: 'inconclusive' }))).toEqual([]);
  });

  it('let a check pass of which nothing else is left', () => {
    const all = [exception({ name: 'agent_*' })];
    expect(applied(all)).toMatchObject({ status: 'passed', left: [], excepted: [1, 2], overall: 'pass' });
    const open = { ...failing, open: 'not looked at: perf' };
    expect(applied(all, open)).toMatchObject({ status: 'inconclusive', overall: 'inconclusive' });
  });

  it('fail loudly when they are over: by event time, to the end of their day', () => {
    expect(applied([exception({}, T - 1)])).toMatchObject({ status: 'failed', left: [1, 2], expired: 1 });
    expect(applied([exception({}, T)])).toMatchObject({ status: 'passed', expired: 0 });
    expect(applied([exception({ name: 'gone' }, T - 1)]).expired).toBe(0);
    const { exceptions } = parseExceptions([{ check: 'check-x', reason: 'r', until: '2026-11-28' }]);
    expect(exceptions.map(({ until }) => until)).toEqual([Date.UTC(2026, 10, 28, 23, 59, 59, 999)]);
  });

  it.each<[Json, string]>([
    [{ reason: 'r', until: '2027-01-01' }, 'check is not the id of a check'],
    [{ check: 'x', until: '2027-01-01' }, 'reason is missing'],
    [{ check: 'x', reason: ' ', until: '2027-01-01' }, 'reason is missing'],
    [{ check: 'x', reason: 'r' }, 'until is missing'],
    [{ check: 'x', reason: 'r', until: '30d' }, 'until is not a day or a moment'],
    [{ check: 'x', reason: 'r', until: '2027-13-01' }, 'until is not a day or a moment'],
    [{ check: 'x', reason: 'r', until: '2027-01-01', objekt: {} }, 'there is no key objekt'],
    [{ check: 'x', reason: 'r', until: '2027-01-01', object: { name: ['a'] } }, 'no text or number'],
    ['x', 'it is not an object'],
  ])('that are none except nothing: %j', (value, reason) => {
    const { exceptions, faults } = parseExceptions([{ check: 'a', reason: 'r', until: '2027-01-01' }, value]);
    expect(exceptions).toHaveLength(1);
    expect(faults).toEqual([{ number: 2, reason: expect.stringContaining(reason) }]);
    expect(parseExceptions({}).faults).toEqual([{ number: 0, reason: 'it is not a list' }]);
  });

  it('match a pattern as a regular expression of it would', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 }).map((each) => each.join(''));
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '[^]*')}$`).test(name);
        const result = { ...failing, violations: [violation(1, name)] };
        expect(applied([exception({ name: pattern })], result).left).toEqual(expected ? [] : [1]);
      }),
      { numRuns: 500 },
    );
  });

  it('never throw, whatever JSON they are made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { exceptions } = parseExceptions(value as Json);
        expect(exceptions.every(({ until }) => Number.isFinite(until))).toBe(true);
      }),
    );
  });
});

describe("an exception's object", () => {
  it('may have what a violation has, and what the rows of its check have beside that', () => {
    const columns = ['object_kind', 'object_id', 'object_name', 'message', 'undecided', 'tag'];
    expect(objectFault({}, [])).toBeNull();
    expect(objectFault({ kind: 'map', id: 7, name: 'x', tag: 'aa' }, columns)).toBeNull();
    const known = 'known are kind, id, name, tag';
    for (const key of ['nmae', 'object_name', 'message', 'undecided', 'toString']) {
      expect(objectFault({ kind: 'map', [key]: 'x' }, columns)).toBe(`there is no key ${key} in object: ${known}`);
    }
  });
});
