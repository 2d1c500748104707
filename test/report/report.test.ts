import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportCsv } from '../../src/report/csv.ts';
import { checksFail, hasFindings } from '../../src/report/generate.ts';
import { reportJson } from '../../src/report/json.ts';
import { reportText } from '../../src/report/text.ts';
import { inputFacts } from '../helpers/input-facts.ts';
import { parseCsv } from '../helpers/parse-csv.ts';
import { checkResult, reportWith, violation } from '../helpers/report.ts';

const HOSTILE = '=cmd|"/c calc"!A1\u001b[2J\n@x\u202e';

describe('what somebody lives with', () => {
  it('is told in text and CSV, and so is what is over', () => {
    const exception = { check: 'check-map-limits', object: {}, reason: `ours ${HOSTILE}`, until: 1_700_000_000_000 };
    const result = checkResult({ excepted: [{ violation: violation('kept'), exception }], expired: [exception] });
    const told = ['Lived with: kept (map 7) map kept: ours', 'No longer lived with: ours'];
    for (const text of [reportText(reportWith([result])), reportCsv(reportWith([result]))]) {
      for (const each of told) expect(text).toContain(each);
      expect(text).toContain('(until 2023-11-14)');
      expect(text).not.toMatch(/[\u001b\u202e]/);
    }
  });
});

describe('the text report', () => {
  it('shows a hostile name harmlessly and on one line', () => {
    const report = reportWith([checkResult({ status: 'failed', violations: [violation('x', HOSTILE)] })], {
      host: HOSTILE,
      profile: { name: 'x', file: HOSTILE },
    });
    const text = reportText(report);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('=cmd|"/c calc"!A1\\x1b[2J\\n@x\\u202e');
  });

  it('says what could not look, and what was not read', () => {
    const text = reportText(
      reportWith([checkResult({ status: 'inconclusive', reason: 'maps were not looked at' })], {
        intake: {
          inputs: [
            inputFacts({
              name: 'a.log',
              records: { BPF: 2, PATH: 1234 },
              hosts: ['web-1', 'web\u001b[2J'],
              timeRange: { first: 1_700_000_000_000, last: 1_700_000_060_000 },
              gaps: [12, 20, 30, 41].map((line) => ({
                kind: 'serials' as const,
                at: { file: 'a.log', line },
                time: 1_700_000_000_000,
                count: 3,
                message: `serials ${line} to ${line + 2} are missing`,
              })),
            }),
          ],
          shedEvents: 5,
          ownRecords: 2,
          unmappedRecords: { CWD: 1, PATH: 4 },
          unreadableCount: 1,
          unreadable: [{ at: { file: 'a.log', line: 2 }, reason: 'no record', text: 'x' }],
          problems: [{ section: 'audit', message: 'no auditctl' }],
        },
      }),
    );
    expect(text).toContain('Overall Status: INCONCLUSIVE');
    expect(text).toContain('Checks: 0 passed, 0 failed, 1 inconclusive');
    expect(text).toContain('Could not look: maps were not looked at');
    expect(text).toContain(
      [
        '  a.log: audit log, raw, 3 lines, 2.0 KiB',
        '    Of web-1, web\\x1b[2J',
        '    From 2023-11-14T22:13:20.000Z to 2023-11-14T22:14:20.000Z',
        '    Records: PATH 1,234, BPF 2',
        '    Gaps: 4',
        '      line 12: serials 12 to 14 are missing',
        '      line 20: serials 20 to 22 are missing',
        '      line 30: serials 30 to 32 are missing',
        '      and 1 more',
      ].join('\n'),
    );
    expect(text).toContain('a.log:2: no record');
    expect(text).toContain('PATH 4, CWD 1');
    expect(text).toContain('5 events');
    // Beside the verdict, not at the end of a long list of files.
    expect(text.indexOf('Note: no auditctl')).toBeGreaterThan(text.indexOf('Overall Status'));
    expect(text.indexOf('Note: no auditctl')).toBeLessThan(text.indexOf('--- Security Checks ---'));
  });

  it('tells of twenty inputs, those with times first, and counts the rest', () => {
    const timeRange = { first: 1_700_000_000_000, last: 1_700_000_060_000 };
    const inputs = [
      ...Array.from({ length: 30 }, (_, index) => inputFacts({ name: `proc-${index}` })),
      inputFacts({ name: 'audit.log', timeRange }),
    ];
    const report = reportWith([checkResult({ status: 'passed' })]);
    const text = reportText({ ...report, intake: { ...report.intake, inputs } });
    expect(text.indexOf('  audit.log: ')).toBeLessThan(text.indexOf('  proc-0: '));
    expect(text).toContain('  proc-18: ');
    expect(text).not.toContain('  proc-19: ');
    expect(text).toContain('  And 11 more files; inspect lists them');
  });

  it('lists ten violations and counts the rest', () => {
    const violations = Array.from({ length: 14 }, (_, i) => violation(`m${i}`));
    const text = reportText(reportWith([checkResult({ status: 'failed', violations })]));
    expect(text).toContain('Issues: 14 violations');
    expect(text).toContain('m9 (map 7)');
    expect(text).not.toContain('m10 ');
    expect(text).toContain('and 4 more');
    expect(text).toContain('Remedy: Give it a limit.');
  });
});

describe('the CSV report', () => {
  it('gives a spreadsheet nothing to run', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '=', '+', '-', '@', '\t', '\r'), (text, first) => {
        const report = reportWith([checkResult({ status: 'failed', violations: [violation('x', first + text)] })]);
        const csv = reportCsv(report);
        const cells = parseCsv(csv);
        expect(cells).toHaveLength(2);
        for (const row of cells) {
          expect(row).toHaveLength(5);
          for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
        }
      }),
    );
  });
});

describe('the JSON report', () => {
  it('is its own document, with the raw text', () => {
    const report = reportWith([checkResult({ status: 'failed', violations: [violation('x', HOSTILE)] })]);
    const parsed = JSON.parse(reportJson(report));
    expect(parsed).toMatchObject({ format: 'bpfwitness-report', version: 1 });
    expect(parsed.securityChecks[0].violations[0].message).toBe(HOSTILE);
  });
});

describe('findings', () => {
  it('are failed checks and anomalies at or above the bar', () => {
    const failed = checkResult({ status: 'failed', severity: 'warning' });
    expect(checksFail([failed], 'warning')).toBe(true);
    expect(checksFail([failed], 'error')).toBe(false);
    expect(checksFail([checkResult({ status: 'inconclusive' })], 'debug')).toBe(false);
    const anomaly = {
      time: 0,
      windowMs: 1,
      type: 'severity-escalation' as const,
      severity: 'error' as const,
      details: {},
      eventIds: [],
    };
    expect(hasFindings(reportWith([failed], { anomalies: [anomaly] }), 'error')).toBe(true);
    expect(hasFindings(reportWith([failed], { anomalies: [anomaly] }), 'critical')).toBe(false);
  });
});
