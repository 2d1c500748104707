import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HELPER_RISKS } from '../../src/model/helper-risks.ts';

/** The kernel's own list, where its headers are installed: that of Linux 6.1 has all but the last two. */
const HEADER = '/usr/include/linux/bpf.h';

describe('risks of helpers', () => {
  it('are of as many as the kernel has', () => expect(HELPER_RISKS.size).toBe(211));

  it.skipIf(!existsSync(HEADER))(`know each one in ${HEADER}`, () => {
    const names = [...readFileSync(HEADER, 'utf8').matchAll(/\bFN\(([a-z0-9_]+)/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !['unspec', 'x'].includes(name) && !HELPER_RISKS.has(name))).toEqual([]);
  });

  it('call high what rootkits are made of', () => {
    expect([...HELPER_RISKS].filter(([, { risk }]) => risk === 'high').map(([name]) => name)).toEqual([
      'probe_write_user',
      'override_return',
      'send_signal',
      'send_signal_thread',
      'sys_bpf',
      'sysctl_set_new_value',
    ]);
  });
});
