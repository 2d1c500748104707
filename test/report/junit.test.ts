import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { reportJunit } from '../../src/report/junit.ts';
import { hostileReport, hostileText } from '../helpers/hostile-report.ts';
import { type Element, elementsOf, readMarkup, skeleton } from '../helpers/markup.ts';
import { checkResult, reportWith, violation } from '../helpers/report.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

describe('the JUnit report', () => {
  it('is well-formed and has no element that is not its own, whatever the names are', () => {
    fc.assert(
      fc.property(hostileReport(), ({ hostile, harmless }) => {
        expect(skeleton(parsed(hostile))).toBe(skeleton(parsed(harmless)));
      }),
    );
  });

  it('counts what is in it, and its times add up', () => {
    const status = fc.constantFrom(
      'passed' as const,
      'failed' as const,
      'inconclusive' as const,
      'not-applicable' as const,
    );
    const result = fc.record({ status, durationMs: fc.double({ min: 0, max: 1e5, noNaN: true }), name: hostileText() });
    fc.assert(
      fc.property(fc.array(result, { maxLength: 12 }), (results) => {
        const violations = [violation('a')];
        const root = parsed(
          reportWith(
            results.map((each) => checkResult({ ...each, violations: each.status === 'failed' ? violations : [] })),
          ),
        );
        for (const counted of [root, ...root.children]) {
          const cases = elementsOf(counted).filter(({ name }) => name === 'testcase');
          const having = (kind: string) => cases.filter(({ children }) => children.some(({ name }) => name === kind));
          expect(counted.attributes.get('tests')).toBe(String(cases.length));
          expect(counted.attributes.get('failures')).toBe(String(having('failure').length));
          expect(counted.attributes.get('skipped')).toBe(String(having('skipped').length));
          expect(counted.attributes.get('errors')).toBe('0');
          const seconds = cases.reduce((sum, { attributes }) => sum + Number(attributes.get('time')), 0);
          expect(Number(counted.attributes.get('time'))).toBeCloseTo(seconds, 6);
        }
      }),
    );
  });

  it('fails what failed, with each violation on a line, and skips what could not look', () => {
    const failed = checkResult({
      status: 'failed',
      violations: [{ ...violation('a\nb', 'has no limit'), fields: { type: 'hash' } }, violation('<c>', 'has none')],
      undecided: [violation('d', 'is not known')],
    });
    const root = parsed(
      reportWith([
        failed,
        checkResult({ status: 'inconclusive', reason: 'not looked at: maps' }),
        checkResult({ status: 'not-applicable' }),
      ]),
    );
    const [first, second, third] = elementsOf(root).filter(({ name }) => name === 'testcase');
    expect(first?.attributes.get('name')).toBe('Map Entry Limits (check-map-limits)');
    expect(first?.children[0]?.attributes.get('message')).toBe('2 violations (error)');
    expect(first?.children[0]?.text.split('\n').slice(0, 3)).toEqual([
      'a\\nb (map 7) has no limit [type hash]',
      '<c> (map 7) has none',
      'not judged: d (map 7) is not known',
    ]);
    expect(second?.children[0]?.attributes.get('message')).toBe('Could not look: not looked at: maps');
    expect(third?.children[0]?.attributes.get('message')).toBe('Nothing here that it is about');
  });

  it('has a test for each detector: failed, skipped without a baseline, or passed', () => {
    const anomaly = {
      time: 1_700_000_000_000,
      windowMs: 10_000,
      type: 'severity-escalation' as const,
      severity: 'error' as const,
      details: { highSeverityCount: 2 },
      eventIds: [],
    };
    const suite = parsed(reportWith([], { anomalies: [anomaly], anomalyCount: 1 })).children[1];
    const cases = (suite?.children ?? []).filter(({ name }) => name === 'testcase');
    expect(cases.map(({ attributes, children }) => [attributes.get('name'), children[0]?.name])).toEqual([
      ['high-event-rate', 'skipped'],
      ['new-event-types', 'skipped'],
      ['severity-escalation', 'failure'],
      ['rapid-config-changes', undefined],
    ]);
    expect(cases[2]?.children[0]?.text).toBe('2023-11-14T22:13:20.000Z error: 2 events of error or worse in 10s\n');
  });

  it('says of which host and report it is, and when it was made', () => {
    const [suite] = parsed(reportWith([checkResult()], { host: 'web1' })).children;
    expect(suite?.attributes.get('hostname')).toBe('web1');
    expect(suite?.attributes.get('timestamp')).toBe('2023-11-14T22:13:20.000Z');
    const properties = elementsOf(suite as Element).filter(({ name }) => name === 'property');
    const values = Object.fromEntries(
      properties.map(({ attributes }) => [attributes.get('name'), attributes.get('value')]),
    );
    expect(values).toMatchObject({
      host: 'web1',
      'report-id': '00000000-0000-4000-8000-000000000000',
      verdict: 'pass',
    });
  });
});

function parsed(report: Report): Element {
  const xml = reportJunit(report);
  expect(xml.startsWith(DECLARATION)).toBe(true);
  return readMarkup(xml.slice(DECLARATION.length));
}
