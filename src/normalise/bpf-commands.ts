/**
 * Commands of bpf(2), the index being the number (`enum bpf_cmd` in include/uapi/linux/bpf.h; 0x24 and up from
 * kernels 6.9 to 7.0).
 */
const COMMANDS = [
  'BPF_MAP_CREATE',
  'BPF_MAP_LOOKUP_ELEM',
  'BPF_MAP_UPDATE_ELEM',
  'BPF_MAP_DELETE_ELEM',
  'BPF_MAP_GET_NEXT_KEY',
  'BPF_PROG_LOAD',
  'BPF_OBJ_PIN',
  'BPF_OBJ_GET',
  'BPF_PROG_ATTACH',
  'BPF_PROG_DETACH',
  'BPF_PROG_TEST_RUN',
  'BPF_PROG_GET_NEXT_ID',
  'BPF_MAP_GET_NEXT_ID',
  'BPF_PROG_GET_FD_BY_ID',
  'BPF_MAP_GET_FD_BY_ID',
  'BPF_OBJ_GET_INFO_BY_FD',
  'BPF_PROG_QUERY',
  'BPF_RAW_TRACEPOINT_OPEN',
  'BPF_BTF_LOAD',
  'BPF_BTF_GET_FD_BY_ID',
  'BPF_TASK_FD_QUERY',
  'BPF_MAP_LOOKUP_AND_DELETE_ELEM',
  'BPF_MAP_FREEZE',
  'BPF_BTF_GET_NEXT_ID',
  'BPF_MAP_LOOKUP_BATCH',
  'BPF_MAP_LOOKUP_AND_DELETE_BATCH',
  'BPF_MAP_UPDATE_BATCH',
  'BPF_MAP_DELETE_BATCH',
  'BPF_LINK_CREATE',
  'BPF_LINK_UPDATE',
  'BPF_LINK_GET_FD_BY_ID',
  'BPF_LINK_GET_NEXT_ID',
  'BPF_ENABLE_STATS',
  'BPF_ITER_CREATE',
  'BPF_LINK_DETACH',
  'BPF_PROG_BIND_MAP',
  'BPF_TOKEN_CREATE',
  'BPF_PROG_STREAM_READ_BY_FD',
  'BPF_PROG_ASSOC_STRUCT_OPS',
] as const;

export type BpfCommandName = (typeof COMMANDS)[number];

/** Set on a command to say that common attributes follow; not part of its number (`BPF_COMMON_ATTRS`). */
const COMMON_ATTRS = 0x10000;

export interface BpfCommand {
  readonly number: number;
  /** Null for a number that this table does not know. */
  readonly name: BpfCommandName | null;
}

/**
 * The command in `a0` of a SYSCALL record, which is hexadecimal without 0x; `ausearch -i` writes its name, or 0x before
 * one that it does not know. Null when it is neither.
 */
export function bpfCommand(a0: string): BpfCommand | null {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(a0)?.[1];
  if (digits === undefined) return namedCommand(a0);
  // The kernel takes an int: what stands above 32 bits of the register does not count (SYSCALL_DEFINE3(bpf, int, cmd)).
  const number = Number.parseInt(digits.slice(-8), 16) & ~COMMON_ATTRS;
  return { number, name: COMMANDS[number] ?? null };
}

/** `BPF_PROG_LOAD`, or `PROG_LOAD` as tools shorten it. */
function namedCommand(text: string): BpfCommand | null {
  const number = NUMBERS.get(text.startsWith('BPF_') ? text : `BPF_${text}`);
  return number === undefined ? null : { number, name: COMMANDS[number] ?? null };
}

const NUMBERS: ReadonlyMap<string, number> = new Map(COMMANDS.map((name, number) => [name, number]));

/** Number of bpf(2) by audit architecture (`AUDIT_ARCH_*`): hexadecimal as in the record, name as `ausearch -i` has it. */
const BPF_SYSCALL: ReadonlyMap<string, string> = new Map([
  ['c000003e', '321'],
  ['x86_64', '321'],
  ['40000003', '357'],
  ['i386', '357'],
  ['c00000b7', '280'],
  ['aarch64', '280'],
  ['40000028', '386'],
  ['arm', '386'],
  ['28', '386'],
  ['armeb', '386'],
  ['c00000f3', '280'],
  ['riscv64', '280'],
  ['400000f3', '280'],
  ['riscv32', '280'],
  ['80000016', '351'],
  ['s390x', '351'],
  ['16', '351'],
  ['s390', '351'],
  ['c0000015', '361'],
  ['ppc64le', '361'],
  ['80000015', '361'],
  ['ppc64', '361'],
  ['14', '361'],
  ['ppc', '361'],
  ['c0000102', '280'],
  ['loongarch64', '280'],
]);

/** bpf(2) through the x32 door of an x86_64 kernel, which audit reports as x86_64 (`__X32_SYSCALL_BIT + 321`). */
const X32_BPF = '1073742145';

/** Every number that is bpf(2) on some architecture, and its name. */
const ANY_BPF_SYSCALL: ReadonlySet<string> = new Set(['bpf', X32_BPF, ...BPF_SYSCALL.values()]);

/** False when a SYSCALL record cannot be one of bpf(2): a quick look at the raw text, for the many that are not. */
export function mayBeBpfSyscall(text: string): boolean {
  const at = text.indexOf(' syscall=');
  if (at === -1) return false;
  const end = text.indexOf(' ', at + 9);
  const value = text.slice(at + 9, end === -1 ? text.length : end);
  return ANY_BPF_SYSCALL.has(value) || value.startsWith('unknown-syscall(');
}

/** What `ausearch -i` older than the call writes: `unknown-syscall(321)`. */
const UNKNOWN_SYSCALL = /^unknown-syscall\((\d{1,10})/;

/**
 * Whether a SYSCALL record is a call of bpf(2). The architecture decides: 321 is bpf on x86_64 and signalfd on i386,
 * 280 is bpf on aarch64 and utimensat on x86_64. Interpreted records (`ausearch -i`) have names instead.
 */
export function isBpfSyscall(arch: string | null, syscall: string | null): boolean {
  if (arch === null || syscall === null) return false;
  if (syscall === 'bpf') return true;
  const number = UNKNOWN_SYSCALL.exec(syscall)?.[1] ?? syscall;
  if (number === X32_BPF && (arch === 'c000003e' || arch === 'x86_64')) return true;
  return BPF_SYSCALL.get(arch) === number;
}
