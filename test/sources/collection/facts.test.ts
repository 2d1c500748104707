import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostIn, settingsIn, timeOfDate, timeOfLog, unameFields } from '../../../src/sources/collection/facts.ts';

describe('settingsIn', () => {
  it('takes the settings that a snapshot keeps, and knows those that could not be read', () => {
    const text = `sysctl: permission denied on key 'net.core.bpf_jit_harden'
sysctl: reading key "net.ipv6.conf.all.stable_secret"
kernel.unprivileged_bpf_disabled = 2
kernel.kptr_restrict=0
kernel.hostname = web1
net.core.bpf_jit_limit = 528482304
`;
    expect(settingsIn(text)).toEqual({
      'net.core.bpf_jit_harden': null,
      'kernel.unprivileged_bpf_disabled': '2',
      'kernel.kptr_restrict': '0',
      'net.core.bpf_jit_limit': '528482304',
    });
  });

  it('knows a refused setting by the word before the reason', () => {
    const text = `sysctl: reading key "kernel.kptr_restrict": Permission denied
sysctl: error: 'net.core.bpf_jit_harden' is an unknown key
`;
    expect(settingsIn(text)).toEqual({ 'kernel.kptr_restrict': null });
  });

  it('takes no longer than a message is', () => {
    // Took 48 s for 150,000 characters.
    expect(settingsIn(`sysctl: reading key ${'a'.repeat(500_000)}!`)).toEqual({});
  });
});

describe('timeOfDate', () => {
  const time = Date.UTC(2026, 10, 23, 17, 40, 5);
  it.each([
    'Mon Nov 23 17:40:05 UTC 2026',
    'Mon Nov 23 05:40:05 PM UTC 2026',
    'Mon 23 Nov 2026 06:40:05 PM CET',
    'Mon Nov 23 12:40:05 EST 2026',
    'Mon Nov 23 14:40:05 -03 2026',
    'Mon Nov 23 23:10:05 +0530 2026',
    'Mon 23 Nov 17:40:05 UTC 2026\nsecond line',
  ])('%j', (text) => expect(timeOfDate(text)).toBe(time));

  it.each(['', 'Mon Nov 23 17:40:05 IST 2026', 'lun. 23 nov. 2026 17:40:05 UTC', 'date: command not found'])(
    'leaves %j open',
    (text) => expect(timeOfDate(text)).toBeNull(),
  );

  it('takes midnight and noon of twelve hours for what they are', () => {
    expect(timeOfDate('Mon Nov 23 12:00:00 AM UTC 2026')).toBe(Date.UTC(2026, 10, 23));
    expect(timeOfDate('Mon Nov 23 12:00:00 PM UTC 2026')).toBe(Date.UTC(2026, 10, 23, 12));
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const read of [timeOfDate, timeOfLog, hostIn, unameFields, settingsIn]) read(text);
      }),
    );
  });
});

describe('what else a collection says', () => {
  it('knows the start of a uac.log', () => {
    expect(timeOfLog('2024-05-23 18:07:12 -0300 INF Unix-like Artifacts Collector')).toBe(
      Date.UTC(2024, 4, 23, 21, 7, 12),
    );
    expect(timeOfLog('Created by UAC')).toBeNull();
  });

  it('knows a host and a kernel, and what is neither', () => {
    expect(unameFields('Linux web1 6.18.0-1-amd64 #1 SMP x86_64 GNU/Linux\n')).toEqual({
      host: 'web1',
      kernel: '6.18.0-1-amd64',
    });
    expect(unameFields('uname: not found')).toBeNull();
    expect(hostIn('\nweb1.example.org\n')).toBe('web1.example.org');
    expect(hostIn('sh: hostname: command not found')).toBeNull();
  });
});
