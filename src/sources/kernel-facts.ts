import { accessSync, constants } from 'node:fs';
import type { Problem } from '../model/snapshot.ts';
import { whyNoSymbols } from './bpftool/symbol-watch.ts';
import { readSettings } from './proc/settings.ts';
import { readTracing } from './proc/tracing.ts';

/** One thing that this host offers or lacks. */
export interface HostFact {
  readonly name: string;
  readonly status: 'ok' | 'limited' | 'missing';
  /** What was found, for people. */
  readonly found: string;
  /** What is lost without it; empty when all is well. */
  readonly lost: string;
  /** True when nothing can be watched live where it is missing. */
  readonly needed: boolean;
}

/** What the kernel shows of itself beside bpf(2). */
export function kernelFacts(): readonly HostFact[] {
  return [symbolsFact(), hooksFact(), settingsFact(), btfFact()];
}

function symbolsFact(): HostFact {
  const why = whyNoSymbols(readSettings());
  const lost = why === null ? '' : 'programs that bpf(2) hides and that only their symbols show';
  const found = why ?? '/proc/kallsyms';
  return { name: 'program symbols', needed: false, status: why === null ? 'ok' : 'limited', found, lost };
}

function hooksFact(): HostFact {
  const problems: Problem[] = [];
  const status = readTracing(problems) === null ? 'missing' : problems.length === 0 ? 'ok' : 'limited';
  const found = problems.length === 0 ? 'tracefs' : problems.map(({ message }) => message).join('; ');
  const lost =
    problems.length === 0 ? '' : 'programs that bpf(2) hides and that only their hooks show; hooks of modules';
  return { name: 'kernel hooks', needed: false, status, found, lost };
}

function settingsFact(): HostFact {
  const name = 'kernel settings';
  const needed = false;
  const settings = Object.entries(readSettings());
  const unreadable = settings.filter(([, value]) => value === null).map(([setting]) => setting);
  return {
    name,
    needed,
    status: unreadable.length === 0 ? 'ok' : 'limited',
    found: `${settings.length - unreadable.length} readable`,
    lost: unreadable.length === 0 ? '' : `the values of ${unreadable.join(', ')}`,
  };
}

function btfFact(): HostFact {
  const name = 'BTF';
  const needed = false;
  const file = '/sys/kernel/btf/vmlinux';
  if (isReadable(file)) return { name, needed, status: 'ok', found: file, lost: '' };
  return {
    name,
    needed,
    status: 'limited',
    found: `no ${file}`,
    lost: 'names of the functions that fentry, fexit and LSM programs are attached to, and the owners that bpftool finds',
  };
}

export function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
