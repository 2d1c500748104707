import { describe, expect, it } from 'vitest';
import { bpfCommand, isBpfSyscall, mayBeBpfSyscall } from '../../src/normalise/bpf-commands.ts';

describe('bpfCommand', () => {
  it.each([
    ['0', 0, 'BPF_MAP_CREATE'],
    ['5', 5, 'BPF_PROG_LOAD'],
    ['10', 16, 'BPF_PROG_QUERY'],
    ['1c', 28, 'BPF_LINK_CREATE'],
    ['24', 36, 'BPF_TOKEN_CREATE'],
    ['26', 38, 'BPF_PROG_ASSOC_STRUCT_OPS'],
    ['10005', 5, 'BPF_PROG_LOAD'],
    ['ffffffff00000005', 5, 'BPF_PROG_LOAD'],
    ['27', 39, null],
    ['0x5', 5, 'BPF_PROG_LOAD'],
    ['BPF_PROG_LOAD', 5, 'BPF_PROG_LOAD'],
    ['MAP_CREATE', 0, 'BPF_MAP_CREATE'],
    ['ffffffff', -65537, null],
  ])('%s is %i %s', (a0, number, name) => expect(bpfCommand(a0)).toEqual({ number, name }));

  it.each(['', 'x', '0x', '-1', 'BPF_', 'BPF_NONE', '__proto__'])('%j is none', (a0) =>
    expect(bpfCommand(a0)).toBeNull(),
  );
});

describe('isBpfSyscall', () => {
  it.each([
    ['c000003e', '321', true],
    ['c000003e', '1073742145', true],
    ['c000003e', '280', false],
    ['40000003', '357', true],
    ['40000003', '321', false],
    ['c00000b7', '280', true],
    ['40000028', '386', true],
    ['c00000f3', '280', true],
    ['80000016', '351', true],
    ['c0000015', '361', true],
    ['c0000102', '280', true],
    ['x86_64', 'bpf', true],
    ['x86_64', '321', true],
    ['x86_64', 'unknown-syscall(321)', true],
    ['i386', 'unknown-syscall(321)', false],
    ['i386', '357', true],
    ['aarch64', '280', true],
    ['__proto__', '321', false],
    [null, '321', false],
  ])('arch %s syscall %s: %s', (arch, syscall, is) => expect(isBpfSyscall(arch, syscall)).toBe(is));

  it('rules out most calls by their text', () => {
    expect(mayBeBpfSyscall('type=SYSCALL msg=audit(1.0:1): arch=c000003e syscall=321')).toBe(true);
    expect(mayBeBpfSyscall('type=SYSCALL msg=audit(1.0:1): arch=x86_64 syscall=unknown-syscall(321) a0=5')).toBe(true);
    expect(mayBeBpfSyscall('type=SYSCALL msg=audit(1.0:1): arch=c000003e syscall=59 success=yes')).toBe(false);
    expect(mayBeBpfSyscall('type=SYSCALL msg=audit(1.0:1): arch=c000003e')).toBe(false);
  });
});
