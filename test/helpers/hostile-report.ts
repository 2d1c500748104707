import fc from 'fast-check';
import type { Report } from '../../src/model/report.ts';
import { inputFacts } from './input-facts.ts';
import { checkResult, reportWith } from './report.ts';

const PIECES = [
  ...'<>&"\'`|\\[](){}@#!*_~-=:;./$%+?0123456789 aeiou',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\u001b[2J',
  '\u0085',
  '\u202e',
  '\u2028',
  '\ud800',
  '\ufffe',
  '\uffff',
  '😀',
];

const ATTACKS = [
  '',
  '</code><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '--><!-- ]]> <![CDATA[ <?php ?>',
  'javascript:alert(1)',
  'https://evil.example/" onclick="alert(1)',
  '&lt;b&gt; &#60; &amp',
  '[click](https://evil.example) ![x](https://evil.example/x.png)',
  '[click](1) {0} {{1}} }{',
  'a | b \\| c \\\\| d',
  '`` ` ``` \\` `',
  '@octocat fixes #1, GH-1 and octo/cat#2; see www.evil.example or me@evil.example',
  '1. one\n2) two\n# three\n- four\n> five\n    six\n---',
  '<!-- --> <https://evil.example> *a* _b_ ~~c~~ :smile: $x$ [^1] [ ] 0123456789abcdef',
  '__proto__',
];

/** Strings as somebody would choose them who wants to be more than text. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...ATTACKS),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 24 }),
  );
}

/** How many strings {@link reportOfTexts} takes. */
export const TEXTS = 26;

/** A report in which each string that can come from outside is one of these, and all that is listed is there. */
export function reportOfTexts(texts: readonly string[]): Report {
  let next = 0;
  const text = (): string => texts[next++] ?? '';
  const time = 1_700_000_000_000;
  const object = () => ({
    objectKind: text(),
    objectId: 7,
    objectName: text(),
    message: text(),
    fields: { [text()]: text(), count: 3, nothing: null },
  });
  const results = [
    checkResult({
      id: 'check-a',
      name: text(),
      status: 'failed',
      severity: 'critical',
      violations: [object()],
      undecided: [object()],
      rationale: text(),
      remedy: text(),
      references: [text(), 'https://docs.kernel.org/bpf/maps.html'],
      durationMs: 1.2345,
    }),
    checkResult({ id: 'check-b', name: text(), status: 'inconclusive', reason: text(), durationMs: 0.1 }),
    checkResult({ id: 'check-c', status: 'not-applicable', severity: 'info' }),
    checkResult({ id: 'check-d', durationMs: 2 }),
  ];
  return reportWith(results, {
    host: text(),
    timeRange: { first: time, last: time + 60_000 },
    anomalies: [
      {
        time: time + 10_000,
        windowMs: 10_000,
        type: 'new-event-types',
        severity: 'warning',
        details: { newTypes: ['access-denied'] },
        eventIds: ['018d91ba-9eed-7c94-9e01-63f7af4eec46'],
      },
    ],
    anomalyCount: 3,
    alerts: [
      {
        fingerprint: 'check/check-a',
        kind: 'check',
        severity: 'critical',
        title: text(),
        summary: text(),
        firstSeen: time,
        lastSeen: time + 5000,
        count: 2,
        state: 'firing',
        details: {},
        eventIds: [],
      },
    ],
    auditSummary: {
      totalEvents: 5,
      eventTypes: { 'program-load': 5 },
      severities: { debug: 0, info: 5, warning: 0, error: 0, critical: 0 },
    },
    intake: {
      inputs: [
        inputFacts({
          name: `/evidence/${text()}`,
          format: text(),
          records: { [`r${text()}`]: 2 },
          hosts: ['web1'],
          timeRange: { first: time, last: time },
          gaps: [{ kind: 'serials', at: { file: 'audit.log', line: 7 }, time, count: 3, message: 'serials 1 to 3' }],
        }),
        inputFacts({ name: 'empty', format: 'an empty file', bytes: 0, lines: 0 }),
      ],
      shedEvents: 4,
      ownRecords: 2,
      unmappedRecords: { CWD: 1 },
      unreadableCount: 9,
      unreadable: [{ at: { file: 'audit.log', line: 90 }, reason: 'no audit record', text: text() }],
      problems: [{ section: 'audit', message: text() }],
    },
    profile: { name: text(), file: text() },
  });
}

/** Reports of hostile strings, each with the report of the same shape in which they are harmless. */
export function hostileReport(): fc.Arbitrary<{ readonly hostile: Report; readonly harmless: Report }> {
  return fc.array(hostileText(), { minLength: TEXTS, maxLength: TEXTS }).map((texts) => ({
    hostile: reportOfTexts(texts),
    harmless: reportOfTexts(texts.map((text) => (text === '' ? '' : 'x'))),
  }));
}
