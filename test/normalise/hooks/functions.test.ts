import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hookedFunctions } from '../../../src/normalise/hooks/functions.ts';

/*
 * Lines made from the format strings of t_show, print_subops and add_trampoline_func in kernel/trace/ftrace.c: the kernel
 * that we test on refuses to show its own (kernel_lockdown(7)).
 */

const only = (text: string) => {
  const found = hookedFunctions(text);
  expect(found).toHaveLength(1);
  return found[0];
};

describe('enabled_functions', () => {
  it('names who is called by a trampoline of ftrace, and who stands before', () => {
    expect(
      only(
        'vfs_read (1) R           \ttramp: 0xffffffffc0402000 (kprobe_ftrace_handler+0x0/0x1e0) ->kprobe_ftrace_handler+0x0/0x1e0\n',
      ),
    ).toEqual({ name: 'vfs_read', handlers: ['kprobe_ftrace_handler'], count: 1, canDivert: false });
    expect(
      only(
        'do_exit (1)            \ttramp: ftrace_trampoline+0x0/0x1000 [__builtin__ftrace] (hook+0x0/0x40 [rootkit]) ->ftrace_ops_assist_func+0x0/0xf0',
      ),
    ).toMatchObject({ handlers: ['hook [rootkit]', 'ftrace_ops_assist_func'] });
  });

  it('names who is called directly, in a line of its own or with others', () => {
    const direct = 'bpf_fentry_test1 (1)     D     \n\tdirect-->bpf_trampoline_6442453466+0x0/0xf2\n';
    expect(only(direct)).toMatchObject({ handlers: ['bpf_trampoline_6442453466'], count: 1 });
    const both =
      'vfs_read (2) R   D   \ttramp: ftrace_regs_caller+0x0/0x65 (call_direct_funcs+0x0/0x20)\n\tdirect-->bpf_trampoline_6442473466_1+0x0/0x1000\n';
    expect(only(both)).toMatchObject({
      handlers: ['call_direct_funcs', 'bpf_trampoline_6442473466_1'],
      count: 2,
    });
  });

  it('names those who share one (since Linux 6.14), and one with operations of its own', () => {
    const graph =
      'vfs_read (1)       O    \tops: graph_ops+0x0/0x120 (ftrace_graph_func+0x0/0x100)\tsubops: {ent:fprobe_fgraph_entry+0x0/0x2d0 ret:fprobe_return+0x0/0x150} {0xffffffffc0400000 (other+0x0/0x9)} {third+0x0/0x7 [m]}';
    expect(only(graph)).toMatchObject({
      handlers: ['ftrace_graph_func', 'fprobe_fgraph_entry', 'fprobe_return', 'other', 'third [m]'],
    });
  });

  it('reads a direct jump as a direct call, and misses one that is not told', () => {
    const jump = 'vfs_read (1)     D  \n\tdirect(jmp)-->bpf_trampoline_7+0x0/0xf2\n';
    expect(only(jump)).toMatchObject({ handlers: ['bpf_trampoline_7'] });
    expect(only('vfs_read (2) R   D  \ttramp: a+0x0/0x1 (call_direct_funcs+0x0/0x2)')).toMatchObject({
      handlers: ['call_direct_funcs', ''],
    });
  });

  it('says that the call may be sent elsewhere', () => {
    const line = 'cmdline_proc_show (1) R I     \ttramp: 0xffffffffc04a2000 (klp_ftrace_handler+0x0/0x240)';
    expect(only(line)).toMatchObject({ canDivert: true, handlers: ['klp_ftrace_handler'] });
    // A module whose name begins with it, or a function, does not say so.
    expect(only('x (1)       \ttramp: a+0x0/0x1 ( I+0x0/0x1)')).toMatchObject({ canDivert: false });
  });

  it('names nobody where the kernel does not', () => {
    expect(only('x (2)           ->arch_ftrace_ops_list_func+0x0/0x250')).toMatchObject({
      handlers: ['arch_ftrace_ops_list_func'],
    });
    expect(only('x (1)      \ttramp: ERROR!')).toMatchObject({ handlers: [''] });
    expect(only('x (1)      O\tops: ERROR!')).toMatchObject({ handlers: [''] });
    expect(only('ext4_read [ext4] (3)      ')).toMatchObject({ name: 'ext4_read [ext4]', handlers: [''], count: 3 });
  });

  it('finds nothing in what is no such line, whatever it is', () => {
    expect(hookedFunctions('')).toEqual([]);
    expect(hookedFunctions('#### all functions enabled ####\n\n vfs_read\n')).toEqual([]);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '(', ')', '1', '\n', '\t', '{', '}', '[', '-', '>', '+0x1/0x2') }),
        (text) => {
          for (const { handlers } of hookedFunctions(text)) expect(handlers).toEqual([...new Set(handlers)]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes no longer for hostile lines than for others: a pattern that went wrong takes minutes', () => {
    for (const end of ['\u2028', '\r']) expect(hookedFunctions(`x (1) ${' '.repeat(200_000)}${end}`)).toHaveLength(1);
    for (const piece of ['(', '(a ', '{ent:', '{a', '->', '\tdirect-->', 'a+0x', ' [', '[x] ']) {
      expect(hookedFunctions(`x (1)  ${piece.repeat(100_000)}`)).toHaveLength(1);
    }
  });
});
