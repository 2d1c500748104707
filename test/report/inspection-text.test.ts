import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/model/inspection.ts';
import type { Gap } from '../../src/model/observation.ts';
import { inspectionText } from '../../src/report/inspection-text.ts';
import { displayWidth } from '../../src/text/width.ts';

const FIRST = Date.UTC(2024, 1, 10, 6, 35, 43, 213);

function gap(line: number, message = `serials ${line} to ${line + 1} are missing`): Gap {
  return { kind: 'serials', at: { file: 'audit.log', line }, time: FIRST + line * 1000, count: 2, message };
}

function some(over: Partial<Inspection> = {}): Inspection {
  return {
    format: 'bpfwitness-inspection',
    version: 1,
    inputs: [
      {
        name: '/evidence/web-1/audit.log',
        format: 'audit log, enriched',
        bytes: 262_144_000,
        lines: 1_000_000,
        hosts: ['web-1', 'web-2'],
        timeRange: { first: FIRST, last: FIRST + 187_260_000 },
        gaps: [gap(12), gap(90)],
        records: [
          { type: 'BPF', count: 42, events: { 'program-load': 12, 'program-unload': 30 }, again: 0 },
          { type: 'SYSCALL', count: 800_000, events: { 'access-denied': 1 }, again: 3 },
          { type: 'PATH', count: 199_958, events: {}, again: 0 },
        ],
        unreadable: 2,
      },
    ],
    totals: {
      bytes: 262_144_000,
      lines: 1_000_000,
      events: { 'program-load': 12, 'program-unload': 30, 'access-denied': 1 },
      unmapped: { SYSCALL: 799_990, PATH: 199_958 },
      ownRecords: 7,
    },
    problems: ['prog.json: is not JSON as it stands; put right: a trailing comma'],
    passedOver: { count: 2, listed: [{ name: '/evidence/README', reason: 'not recognised' }] },
    unreadable: {
      count: 2,
      listed: [
        { at: { file: '/evidence/web-1/audit.log', line: 90 }, reason: 'no audit record', text: 'x' },
        { at: { file: '/evidence/web-1/audit.log', line: 91 }, reason: 'no audit record', text: 'x' },
      ],
    },
    ...over,
  };
}

describe('the text of an inspection', () => {
  it('tells of each input and of all together', () => {
    expect(inspectionText(some(), { all: false })).toBe(`/evidence/web-1/audit.log
  what       audit log, enriched; 250 MiB, 1,000,000 lines
  hosts      web-1, web-2
  time       2024-02-10T06:35:43.213Z to 2024-02-12T10:36:43.213Z (2d04h)
  gaps       line 12, 2024-02-10T06:35:55.213Z: serials 12 to 13 are missing
             line 90, 2024-02-10T06:37:13.213Z: serials 90 to 91 are missing
  not read   2 lines or parts
  records      count  became
  BPF             42  program-unload 30, program-load 12
  SYSCALL    800,000  access-denied 1, 3 told of already
  PATH       199,958  -

Together: 1 input, 250 MiB, 1,000,000 lines
  events     program-unload 30, program-load 12, access-denied 1
  no event   SYSCALL 799,990, PATH 199,958
  own        7 records of bpfwitness and its bpftool, left out

Put right, or not whole: 1
  prog.json: is not JSON as it stands; put right: a trailing comma

Passed over: 2; --all lists them

Not read: 2
  /evidence/web-1/audit.log:90: no audit record (and line 91)
`);
  });

  it('cuts long lists short and says how much there is, unless all is asked for', () => {
    const [input] = some().inputs;
    if (input === undefined) throw new Error('there is one');
    const idle = Array.from({ length: 20 }, (_, index) => ({ type: `T${index}`, count: 1, events: {}, again: 0 }));
    const faults = Array.from({ length: 25 }, (_, line) => ({
      at: { file: 'x', line },
      reason: `fault ${line}`,
      text: '',
    }));
    const gaps = Array.from({ length: 9 }, (_, index) => gap(index + 1));
    const inspection = some({
      inputs: [{ ...input, gaps, records: [...input.records, ...idle] }],
      unreadable: { count: 12_000, listed: faults },
    });
    const short = inspectionText(inspection, { all: false });
    expect(short).toContain('             and 4 more; --all lists them\n');
    expect(short).toContain('  and 9 types more that became nothing; --all lists them\n');
    expect(short).toContain('Not read: 12,000\n  x:0: fault 0\n');
    expect(short).toContain('  x:19: fault 19\n  and more; --all lists them\n');
    const long = inspectionText(inspection, { all: true });
    expect(long).toContain('serials 9 to 10 are missing');
    expect(long).toMatch(/^ {2}T19 +1 {2}-$/m);
    expect(long).toContain('  x:24: fault 24\n  and more: only the first are kept\n');
    expect(long).toContain('Passed over: 2\n  /evidence/README: not recognised\n');
  });

  it('says what it does not know', () => {
    const nothing = { name: '-', format: 'audit log', bytes: 1, lines: 1, hosts: [], timeRange: null, gaps: [gap(1)] };
    const text = inspectionText(
      some({
        inputs: [{ ...nothing, records: [], unreadable: 0 }],
        totals: { bytes: 0, lines: 0, events: {}, unmapped: {}, ownRecords: 0 },
        problems: [],
        passedOver: { count: 0, listed: [] },
        unreadable: { count: 0, listed: [] },
      }),
      { all: false },
    );
    expect(text).toContain('  host       not said\n  time       not said\n  gaps       line 1, ');
    expect(text).toContain('  records    none\n');
    expect(text).toContain('  events     none\n');
    expect(text).not.toContain('Not read');
  });

  it('is short about the files of a collection, which say neither whose they are nor when', () => {
    const part = { name: '/sos/sysctl', format: 'sysctl', bytes: 9, lines: 1, hosts: [], timeRange: null, gaps: [] };
    const records = [{ type: 'setting', count: 1, events: {}, again: 0 }];
    const input = { ...part, records, unreadable: 0 };
    const text = inspectionText(some({ inputs: [input, { ...input, name: '/sos/host', records: [] }] }), {
      all: false,
    });
    expect(text.split('\n\n')[0]).toBe(
      '/sos/sysctl\n  sysctl; 9 B, 1 line; setting 1\n/sos/host\n  sysctl; 9 B, 1 line',
    );
  });

  it('fits eighty columns, lines that name files aside, and lets nothing raw through, whatever the input says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const [input] = some().inputs;
        if (input === undefined) return;
        const hostile = inspectionText(
          some({
            inputs: [
              {
                ...input,
                format: text,
                hosts: [text],
                gaps: [gap(1, text)],
                records: [{ type: text, count: 1, events: { 'program-load': 1 }, again: 0 }],
              },
            ],
            problems: [text],
            unreadable: { count: 1, listed: [{ at: { file: text, line: 1 }, reason: text, text }] },
          }),
          { all: true },
        );
        expect(hostile).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
        const [blocks = ''] = hostile.split('\nPut right');
        for (const line of blocks.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
      }),
    );
  });
});
