import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditFields } from '../../../src/normalise/audit/fields.ts';
import { parseAuditHeader } from '../../../src/normalise/audit/header.ts';
import { recordBody, recordText } from '../../../src/sources/agents/audit-text.ts';

/** What reading a record made of one field gives for it. */
function roundTrip(type: string, name: string, value: string): string | undefined {
  const body = recordBody(type, [
    ['first', '1'],
    [name, value],
    ['last', '2'],
  ]);
  const fields = new AuditFields(type, recordText(type, { time: 1_500, serial: 7 }, body));
  expect([fields.get('first'), fields.get('last')]).toEqual(['1', '2']);
  return fields.get(name);
}

describe('audit records made of values', () => {
  it('have the header of auditd', () => {
    const text = recordText('BPF', { time: 1_707_546_943_013, serial: 164 }, 'prog-id=60 op=LOAD');
    expect(text).toBe('type=BPF msg=audit(1707546943.013:164): prog-id=60 op=LOAD');
    expect(parseAuditHeader(text)).toMatchObject({ time: 1_707_546_943_013, serial: 164, type: 'BPF' });
  });

  it('write text as the kernel does', () => {
    expect(
      recordBody('SYSCALL', [
        ['comm', 'ls'],
        ['exe', '/bin/a b'],
        ['key', null],
        ['a0', '5'],
      ]),
    ).toBe('comm="ls" exe=2F62696E2F612062 key=(null) a0=5');
  });

  it('leave out what is no name of a field', () => {
    expect(
      recordBody('SYSCALL', [
        ['a b', '1'],
        ['x="y', '2'],
        ['pid', '3'],
      ]),
    ).toBe('pid=3');
  });

  it('give the same text again, whatever is in it', () => {
    const name = fc.constantFrom('comm', 'exe', 'name', 'key', 'cwd');
    fc.assert(
      fc.property(name, fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (field, value) => {
        // NUL at the start means something of its own to whoever reads a path.
        fc.pre(!value.startsWith('\0'));
        expect(roundTrip('SYSCALL', field, value)).toBe(value.toWellFormed());
      }),
      { numRuns: 60 },
    );
    expect(roundTrip('SYSCALL', 'comm', 'ABCD')).toBe('ABCD');
    expect(roundTrip('SYSCALL', 'comm', 'a"\x1d\n\ud83d\ude00')).toBe('a"\x1d\n\ud83d\ude00');
    // Half a character is no text: bytes cannot say it.
    expect(roundTrip('SYSCALL', 'comm', 'a\ud800')).toBe('a\ufffd');
    expect(roundTrip('EXECVE', 'a1', 'two words')).toBe('two words');
  });

  it('give numbers, names and labels again as they were', () => {
    for (const value of [
      '5',
      '-1',
      'c000003e',
      'x86_64',
      'BPF_PROG_LOAD',
      'pts/0',
      'system_u:system_r:init_t:s0',
      'a b',
    ]) {
      expect(roundTrip('SYSCALL', 'subj', value)).toBe(value);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (value) => {
        fc.pre(!/["\x00-\x1f\x7f]/.test(value));
        expect(roundTrip('SYSCALL', 'subj', value)).toBe(value);
      }),
    );
  });
});
