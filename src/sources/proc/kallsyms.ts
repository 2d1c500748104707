import { readFileSync } from 'node:fs';

/** The address that the immediates of BPF calls count from (kernel/bpf/core.c). */
const CALL_BASE = '__bpf_call_base';

/**
 * Names of kernel functions by their distance from `__bpf_call_base`, from the text of /proc/kallsyms
 * (`ffffffff81229340 T bpf_ktime_get_ns`, one a line, by address). Where several names share an address, one of BPF's
 * is taken. Offsets without a name are left out; all are when the addresses are hidden (kernel.kptr_restrict).
 */
export function symbolsAt(offsets: readonly number[], kallsyms: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const base = new RegExp(`^([0-9a-f]+) \\w ${CALL_BASE}$`, 'm').exec(kallsyms)?.[1];
  if (base === undefined || /^0+$/.test(base)) return names;
  for (const offset of offsets) {
    const address = BigInt.asUintN(64, BigInt(`0x${base}`) + BigInt(offset));
    const name = nameAt(address.toString(16).padStart(base.length, '0'), kallsyms);
    if (name !== null) names.set(offset, name);
  }
  return names;
}

/** The symbol of a function of a BPF program: its tag and, if it has one, its name (bpf_prog_ksym_set_name). */
const PROGRAM_SYMBOL = /^([0-9a-f]+) t (bpf_prog_[0-9a-f]{16}(?:_\S*)?)\t\[bpf\]$/gm;

/** The functions of BPF programs, each as `ADDRESS NAME`. The kernel shows none where net.core.bpf_jit_harden is not 0. */
export function programSymbols(kallsyms: string): readonly string[] {
  // They come last, after a hundred thousand others.
  const start = kallsyms.lastIndexOf('\n', kallsyms.indexOf('\t[bpf]')) + 1;
  return [...kallsyms.slice(start).matchAll(PROGRAM_SYMBOL)].map(([, address, name]) => `${address} ${name}`);
}

/** Reads /proc/kallsyms: some 5 to 15 MB, a tenth of a second. Empty when it cannot be read. */
export function readKallsyms(): string {
  try {
    return readFileSync('/proc/kallsyms', 'latin1');
  } catch {
    return '';
  }
}

/** Names and addresses of the modules that are loaded (/proc/modules); empty when they cannot be read. */
export function readModules(): string {
  try {
    const modules = readFileSync('/proc/modules', 'latin1').split('\n');
    // Between them are the numbers of those that use it, which change by themselves.
    return modules.map((line) => `${line.split(' ', 1)[0]} ${line.split(' ')[5] ?? ''}`).join('\n');
  } catch {
    return '';
  }
}

function nameAt(address: string, kallsyms: string): string | null {
  let found: string | null = null;
  let at = kallsyms.startsWith(`${address} `) ? 0 : kallsyms.indexOf(`\n${address} `) + 1;
  while (kallsyms.startsWith(`${address} `, at)) {
    const end = kallsyms.indexOf('\n', at);
    const name = kallsyms.slice(at + address.length + 3, end === -1 ? undefined : end).split('\t', 1)[0] ?? '';
    if (name.startsWith('bpf_')) return name;
    found ??= name;
    if (end === -1) break;
    at = end + 1;
  }
  return found;
}
