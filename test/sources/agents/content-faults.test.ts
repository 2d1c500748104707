import { describe, expect, it } from 'vitest';
import { agentSource } from '../../../src/sources/agents/detect.ts';
import { memoryInput } from '../../../src/sources/bytes.ts';
import { collect } from '../helpers.ts';

const BODY = 'arch=c000003e syscall=321 success=no exit=-1 a0=5 pid=77 uid=1000 comm="evil"';
const STAMP = 'audit(1707546943.213:10)';
const ID = '1707546943.213:10';
const KERNEL = `audit: type=1300 ${STAMP}: ${BODY}`;
const REALTIME = '1707546943213000';
const call = { syscall: 321, success: 'no' };

async function read(...values: readonly object[]) {
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  const source = agentSource(memoryInput('log.json', Buffer.from(text)), 'laurel');
  const observations = await collect(source);
  const unread = observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable] : []));
  return {
    reasons: unread.map(({ reason }) => reason),
    lines: unread.map(({ at }) => at.line),
    records: source.progress().records,
  };
}

const goAudit = (...messages: readonly unknown[]) => ({ sequence: 10, timestamp: '1707546943.213', messages });
const kernel = (MESSAGE: unknown) => ({ __REALTIME_TIMESTAMP: REALTIME, _TRANSPORT: 'kernel', MESSAGE });
const audit = (MESSAGE: unknown, fields: object = {}) => ({
  ...{ __REALTIME_TIMESTAMP: REALTIME, _TRANSPORT: 'audit', _AUDIT_TYPE: '1300', _AUDIT_TYPE_NAME: 'SYSCALL' },
  ...{ MESSAGE, ...fields },
});
const beat = (original: unknown) => ({
  '@timestamp': '2024-02-10T06:35:43.213Z',
  auditd: { message_type: 'syscall', sequence: 10, data: { syscall: 'bpf' } },
  event: { original },
});

describe('a frame that is known with content that is not', () => {
  it.each<[string, object, RegExp]>([
    ['a type of go-audit that is no number', goAudit({ type: 'x1300', data: BODY }), /^go-audit: 1 message without/],
    ['messages of go-audit that are lists', goAudit([1300, BODY], [1300, BODY]), /^go-audit: 2 messages without/],
    ['go-audit without messages', goAudit(), /^go-audit: an event without a record/],
    ['an entry of the kernel without text', kernel(null), /^journald: an entry without its text/],
    ['one whose text is a list of texts', kernel([KERNEL]), /^journald: an entry without its text/],
    ['one whose text is no bytes', kernel([300]), /^journald: an entry without its text/],
    ['an entry of the audit system without anything', audit(null), /^journald: an entry without its text/],
    ['one of it whose text is no text', audit([300], { _PID: '4' }), /^journald: an entry without its text/],
    ['keys of laurel in small letters', { ID, syscall: call }, /^laurel: syscall is not how/],
    ['keys of laurel in mixed letters', { ID, Syscall: call }, /^laurel: Syscall is not how/],
    ['laurel without a record', { ID, NODE: 'x' }, /^laurel: an event without a record/],
    [
      'a line that is wrapped twice',
      { log: JSON.stringify({ log: JSON.stringify({ ID, SYSCALL: call }) }) },
      /more than once/,
    ],
    [
      'a record that is wrapped twice',
      { log: JSON.stringify({ message: `type=1300 msg=${STAMP}: ${BODY}` }) },
      /more than once/,
    ],
    ['a journal that is wrapped', { log: JSON.stringify(kernel(KERNEL)) }, /more than once/],
    [
      'a journal in a journal',
      { __REALTIME_TIMESTAMP: '1', MESSAGE: JSON.stringify(kernel(KERNEL)) },
      /more than once/,
    ],
  ])('is not read and named: %s', async (_name, value, reason) => {
    const { reasons, lines, records } = await read({ ID, BPF: { 'prog-id': 60, op: 'LOAD' } }, value);
    expect(reasons).toEqual([expect.stringMatching(reason)]);
    expect(lines).toEqual([2]);
    expect(records).toEqual({ BPF: 1 });
  });

  it('keeps what of it is understood', async () => {
    const both = await read(goAudit({ type: 1300, data: BODY }, [1300, BODY]), { ID, EOE: {}, Bpf: {} });
    expect(both.records).toEqual({ SYSCALL: 1, EOE: 1 });
    expect(both.reasons).toHaveLength(2);
    const partly = await read(beat([`type=EOE msg=${STAMP}: `, `type=SYSCALL msg=AUDIT(1.2:10): ${BODY}`]));
    expect(partly.records).toEqual({ EOE: 1 });
    expect(partly.reasons).toEqual(['Auditbeat: 1 line of event.original that is no audit record']);
  });

  it('is not what other programs write', async () => {
    const { reasons, records } = await read(
      { __REALTIME_TIMESTAMP: REALTIME, _TRANSPORT: 'stdout', MESSAGE: null },
      { __REALTIME_TIMESTAMP: REALTIME, _TRANSPORT: 'journal', MESSAGE: ['a', 'b'] },
      { ID, SYSCALL: call, user: { name: 'x' }, host: { name: 'h' }, '@timestamp': 'x' },
      { log: JSON.stringify({ log: JSON.stringify({ message: 'hello' }) }) },
      { log: JSON.stringify({ message: '{"a":' }) },
      { log: JSON.stringify({ __REALTIME_TIMESTAMP: '1', _TRANSPORT: 'stdout', MESSAGE: 'hello' }) },
    );
    expect(reasons).toEqual([]);
    expect(records).toEqual({ SYSCALL: 1, 'other entries': 5 });
  });
});
