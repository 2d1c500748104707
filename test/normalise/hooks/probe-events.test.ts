import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probeEvents } from '../../../src/normalise/hooks/probe-events.ts';

const targets = (text: string, key: 'kprobeEvents' | 'uprobeEvents' | 'dynamicEvents') =>
  probeEvents({ [key]: text }).map(({ name, kind, isReturn, target }) => [name, kind, isReturn, target]);

describe('probe events', () => {
  it('are kprobes on functions, on places in them and on addresses', () => {
    const text = [
      'p:kprobes/my_probe do_sys_openat2 dfd=%ax filename=+0(%si):string',
      'r16:kprobes/my_return vfs_read ret=$retval',
      'r:probe/x nf_tables:nft_do_chain+16',
      'p:probe/addr 0x00000000fe3a1b2c',
      'p:probe/zero vfs_read+0',
    ].join('\n');
    expect(targets(text, 'kprobeEvents')).toEqual([
      ['p:kprobes/my_probe', 'kprobe', false, 'do_sys_openat2'],
      ['r:kprobes/my_return', 'kprobe', true, 'vfs_read'],
      ['r:probe/x', 'kprobe', true, 'nf_tables:nft_do_chain+0x10'],
      ['p:probe/addr', 'kprobe', false, '0x00000000fe3a1b2c'],
      ['p:probe/zero', 'kprobe', false, 'vfs_read'],
    ]);
  });

  it('are uprobes in files, as this kernel shows them', () => {
    const text = [
      'p:bpfw/probe1 /bin/bash:0x0000000000031000 arg1=%ax',
      'r:probe_libc/malloc /usr/lib/x86_64-linux-gnu/libc.so.6:0x00000000000a0e30',
      'p:sdt/x /opt/a b/c:d:0x0000000000000000(0x10f7da) arg1=%di',
    ].join('\n');
    expect(targets(text, 'uprobeEvents')).toEqual([
      ['p:bpfw/probe1', 'uprobe', false, '/bin/bash:0x31000'],
      ['r:probe_libc/malloc', 'uprobe', true, '/usr/lib/x86_64-linux-gnu/libc.so.6:0xa0e30'],
      ['p:sdt/x', 'uprobe', false, '/opt/a b/c:d:0x0'],
    ]);
  });

  it('are of other kinds in dynamic_events alone, where the rest is there again', () => {
    const tracing = {
      kprobeEvents: 'p:a/b vfs_read\n',
      uprobeEvents: '',
      dynamicEvents:
        'p:a/b vfs_read\nf:fprobes/open__exit do_sys_openat2%return\nt:tracepoints/x sched_switch prev\ns:synthetic u64 lat\ne:eprobes/y syscalls/sys_enter_openat file=$filename\n',
    };
    expect(
      probeEvents(tracing).map(({ view, name, kind, isReturn, target }) => [view, name, kind, isReturn, target]),
    ).toEqual([
      ['kprobe_events', 'p:a/b', 'kprobe', false, 'vfs_read'],
      ['dynamic_events', 'f:fprobes/open__exit', 'fprobe', true, 'do_sys_openat2'],
      ['dynamic_events', 't:tracepoints/x', 'tprobe', false, 'sched_switch'],
    ]);
  });

  it('are none in any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('p', 'r', ':', '/', ' ', '0x1', '\n', '+', '%', 'a') }), (text) => {
        for (const { name, target } of probeEvents({ uprobeEvents: text })) expect([name, target]).not.toContain('');
      }),
      { numRuns: 2000 },
    );
  });
});
