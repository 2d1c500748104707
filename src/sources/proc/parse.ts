import { capabilityNames } from './capability-names.ts';

/** An id that a file descriptor holds. */
export interface HeldId {
  readonly kind: 'program' | 'map' | 'link';
  readonly id: number;
}

const KINDS: readonly (readonly [target: RegExp, kind: HeldId['kind'], field: RegExp])[] = [
  [/^anon_inode:\[?bpf-prog\]?$/, 'program', /^prog_id:\s*(\d+)$/m],
  [/^anon_inode:\[?bpf-map\]?$/, 'map', /^map_id:\s*(\d+)$/m],
  // bpf-link until 5.7, bpf_link since (bpf_link_prime in kernel/bpf/syscall.c).
  [/^anon_inode:\[?bpf[_-]link\]?$/, 'link', /^link_id:\s*(\d+)$/m],
];

/** What kind of BPF object a link of /proc/PID/fd leads to, or null for any other file. */
export function kindOfFd(target: string): HeldId['kind'] | null {
  return KINDS.find(([pattern]) => pattern.test(target))?.[1] ?? null;
}

/** The object in a /proc/PID/fdinfo file (proc(5)); null when it does not name one. */
export function parseFdinfo(kind: HeldId['kind'], fdinfo: string): HeldId | null {
  const field = KINDS.find(([, name]) => name === kind)?.[2];
  const id = field?.exec(fdinfo)?.[1];
  // 0 is what the kernel says of an object that is being made or freed.
  return id === undefined || Number(id) === 0 ? null : { kind, id: Number(id) };
}

export interface Status {
  /** Effective uid. */
  readonly uid: number | null;
  readonly capabilities: readonly string[];
}

/** Effective uid and capabilities from /proc/PID/status. */
export function parseStatus(status: string): Status {
  // Name comes first and has its newlines escaped by the kernel, so no process can forge these lines.
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1];
  const mask = /^CapEff:\s+([0-9a-fA-F]+)$/m.exec(status)?.[1];
  return { uid: uid === undefined ? null : Number(uid), capabilities: mask === undefined ? [] : capabilityNames(mask) };
}

/** Start time in ticks since boot from /proc/PID/stat: field 22, counted after the comm, which may hold `)` itself. */
export function parseStartTime(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields[19];
  return ticks !== undefined && /^\d+$/.test(ticks) ? Number(ticks) : null;
}

/** Characters of a command line that are kept. */
const MAX_CMDLINE = 4096;

/** /proc/PID/cmdline with blanks between the arguments; empty for a zombie and for a kernel thread. */
export function parseCmdline(cmdline: string): string {
  return cmdline
    .slice(0, MAX_CMDLINE)
    .replace(/(?<!\0)\0+$/, '')
    .replaceAll('\0', ' ');
}

/** The cgroup in /proc/PID/cgroup: that of version 2, else the one that systemd manages; empty where there is neither. */
export function parseCgroup(cgroup: string): string {
  const lines = cgroup.split('\n');
  const unified = lines.find((line) => line.startsWith('0::'))?.slice('0::'.length);
  if (unified !== undefined && unified !== '/') return unified;
  return (
    lines.map((line) => /^\d+:name=systemd:(.*)$/.exec(line)?.[1]).find((path) => path !== undefined) ?? unified ?? ''
  );
}
