import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIVE_FORMAT } from '../../src/model/observation.ts';
import type { Report } from '../../src/model/report.ts';
import { reportSarif } from '../../src/report/sarif/document.ts';
import { uriOf } from '../../src/report/sarif/values.ts';
import { hostileReport, hostileText, reportOfTexts, TEXTS } from '../helpers/hostile-report.ts';
import { inputFacts } from '../helpers/input-facts.ts';
import { checkResult, reportWith, violation } from '../helpers/report.ts';
import { sarifFaults } from '../helpers/sarif.ts';

const FULL = reportOfTexts(Array(TEXTS).fill('x'));

describe('the SARIF report', () => {
  it('keeps the rules of the standard, whatever the names are', () => {
    fc.assert(
      fc.property(hostileReport(), ({ hostile }) => {
        expect(sarifFaults(parsed(hostile))).toEqual([]);
      }),
    );
  });

  it('has a result for each violation, undecided object and anomaly, and one for each other check', () => {
    const { results } = runOf(FULL);
    const told = results.map(({ ruleId, kind, level }: Any) => [ruleId, kind, level]);
    expect(told).toEqual([
      ['check-a', 'fail', 'error'],
      ['check-a', 'open', 'none'],
      ['check-b', 'open', 'none'],
      ['check-c', 'notApplicable', 'none'],
      ['check-d', 'pass', 'none'],
      ['anomaly/new-event-types', 'fail', 'warning'],
    ]);
  });

  it('suppresses what somebody lives with, and then says of every result whether it is', () => {
    const exception = { check: 'check-map-limits', object: {}, reason: 'ours\u001b', until: 1_700_000_000_000 };
    const excepted = [{ violation: violation('kept'), exception }];
    const { results } = runOf(reportWith([checkResult({ excepted }), checkResult({ id: 'other' })]));
    expect(results.map(({ ruleId, kind, suppressions }: Any) => [ruleId, kind, suppressions])).toEqual([
      [
        'check-map-limits',
        'fail',
        [{ kind: 'external', status: 'accepted', justification: 'ours\\x1b (until 2023-11-14)' }],
      ],
      ['other', 'pass', []],
    ]);
    expect(runOf(FULL).results.some((each: Any) => 'suppressions' in each)).toBe(false);
  });

  it.each([
    ['critical', 'error', '9.5'],
    ['error', 'error', '8.0'],
    ['warning', 'warning', '5.5'],
    ['info', 'note', '2.0'],
    ['debug', 'note', '0.5'],
  ] as const)('calls %s %s', (severity, level, score) => {
    const run = runOf(reportWith([checkResult({ status: 'failed', severity, violations: [violation('m')] })]));
    expect(run.results[0].level).toBe(level);
    const [rule] = run.tool.driver.rules;
    expect(rule).toMatchObject({ id: 'check-map-limits', name: 'MapEntryLimits', defaultConfiguration: { level } });
    expect(rule.properties).toMatchObject({
      'security-severity': score,
      severity,
      tags: ['security', 'bpf', 'compliance'],
    });
    expect(rule.help.text).toBe('Give it a limit.\n\nReferences:\n- bpf(2)');
    expect(rule.help.markdown).toBe('Give it a limit.\n\n- `bpf(2)`');
  });

  it('names the object and, where one file was read, the file', () => {
    const failed = checkResult({ status: 'failed', violations: [violation('a/b%')] });
    const read = (...names: string[]) => {
      const inputs = names.map((name) => inputFacts(name === 'live' ? { name, format: LIVE_FORMAT } : { name }));
      return { intake: { ...reportWith([]).intake, inputs }, host: 'web1' };
    };
    const [location] = runOf(reportWith([failed], read('/evidence/a b.log'))).results[0].locations;
    expect(location).toEqual({
      physicalLocation: { artifactLocation: { uri: 'file:///evidence/a%20b.log', index: 0 } },
      logicalLocations: [{ name: 'a/b%', fullyQualifiedName: 'web1/map/7/a%2Fb%25', kind: 'map' }],
    });
    for (const names of [['a.log', 'b.log'], ['-'], ['live'], []])
      expect(runOf(reportWith([failed], read(...names))).results[0].locations[0]).not.toHaveProperty(
        'physicalLocation',
      );
  });

  it('gives a result the same fingerprint in the next run, with other ids, and no two of a run the same', () => {
    const made = (id: number, over: Partial<Report>) => {
      const violations = ['a', 'a', 'b', 'a/map'].map((name, n) => ({
        ...violation(name, 'has none'),
        objectId: id + n,
      }));
      return runOf({ ...reportWith([checkResult({ status: 'failed', violations })]), ...over }).results;
    };
    const fingerprints = (results: Any[]) => results.map((result) => result.partialFingerprints['bpfwitness/v1']);
    const first = fingerprints(made(7, {}));
    expect(fingerprints(made(900, { reportId: '11111111-1111-4111-8111-111111111111', generatedAt: 5 }))).toEqual(
      first,
    );
    expect(new Set(first).size).toBe(first.length);
    expect(first[1]).toBe('check-map-limits/host/map/a/has none:2');
  });

  it('tells what was not read', () => {
    const { toolExecutionNotifications, endTimeUtc, executionSuccessful } = runOf(FULL).invocations[0];
    expect([endTimeUtc, executionSuccessful]).toEqual(['2023-11-14T22:13:20.000Z', true]);
    const told = toolExecutionNotifications.map(({ descriptor, message }: Any) => `${descriptor.id}: ${message.text}`);
    expect(told).toEqual([
      'not-looked-at: x',
      'not-understood: no audit record',
      'not-understood: And 8 more that are not listed',
      'gap: serials 1 to 3',
      'let-go: 4 events',
      'not-used: Passed over: 1 file with nothing to be read',
      'not-used: Records without a meaning for BPF: CWD 1',
      'not-used: Made by bpfwitness itself: 2 records',
      'not-used: And 2 older anomalies that are not listed',
    ]);
    expect(toolExecutionNotifications[1].locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'audit.log' }, region: { startLine: 90 } } },
    ]);
  });

  it('makes no link and no placeholder of a name', () => {
    const failed = checkResult({ status: 'failed', violations: [violation('[x](1)', '{0}')] });
    const { message } = runOf(reportWith([failed])).results[0];
    expect(message.text).toBe('[x]\\x281) (map 7) {{0}}');
  });
});

describe('the URI of a file', () => {
  it('is one, and leads back to the name', () => {
    fc.assert(
      fc.property(hostileText(), (name) => {
        const uri = uriOf(`/${name}`);
        expect(uri).toMatch(/^file:\/\/\/[\w.!~*'()%/-]*$/);
        expect(decodeURIComponent(uri.slice('file://'.length))).toBe(`/${name}`.toWellFormed());
        expect(uriOf(`d:${name}`)).not.toMatch(/^[a-z]+:/i);
      }),
    );
  });
});

// biome-ignore lint/suspicious/noExplicitAny: what was parsed from JSON has no type
type Any = any;

function parsed(report: Report): Any {
  return JSON.parse(reportSarif(report, '1.2.3'));
}

function runOf(report: Report): Any {
  const log = parsed(report);
  expect(sarifFaults(log)).toEqual([]);
  return log.runs[0];
}
