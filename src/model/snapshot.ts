import type { Json, JsonObject } from './json.ts';

/** The parts of a host that a snapshot can cover. A part that could not be looked at is absent, never empty. */
export const SECTIONS = [
  'programs',
  'maps',
  'links',
  'net',
  'perf',
  'cgroups',
  'helpers',
  'processes',
  // None of them kept its open files to itself.
  'all-processes',
  'settings',
  'audit',
  'audit-rules',
  'mounts',
  // Those of all mount namespaces, and what is pinned in them.
  'all-mounts',
  'sysctl-files',
  'packet-sockets',
  // Those of all network namespaces.
  'all-packet-sockets',
  'net-namespaces',
  'symbols',
  // Who is called from functions of the kernel.
  'function-hooks',
  // Probes that were defined in tracefs.
  'probe-events',
  'map-entries',
] as const;

export type Section = (typeof SECTIONS)[number];

/** Something that could not be looked at, and what is lost by that. */
export interface Problem {
  readonly section: Section | null;
  readonly message: string;
  /** True where the next look goes on with it; a capture is read without it. */
  readonly goesOn?: boolean;
}

/** A process that holds BPF objects open (from /proc/PID/fdinfo and /proc/PID/status). */
export interface Process {
  readonly pid: number;
  readonly comm: string;
  /** Target of /proc/PID/exe, or null when it cannot be read. */
  readonly exe: string | null;
  readonly uid: number | null;
  /** Names such as `cap_bpf`, from CapEff in /proc/PID/status. */
  readonly capabilities: readonly string[];
  /** Ticks since boot at which it started: with the pid, its identity. */
  readonly startTime: number | null;
  readonly programIds: readonly number[];
  readonly mapIds: readonly number[];
  readonly linkIds: readonly number[];
  /** Its arguments, separated by blanks, at most 4,096 characters; absent in captures of before. */
  readonly cmdline?: string;
  /** Path of its cgroup (v2, else that of systemd): `/system.slice/cilium.service`. */
  readonly cgroup?: string;
  /** SHA-256 of what it runs, as /proc/PID/exe leads to it, also when the file is deleted; null when it cannot be read. */
  readonly exeSha256?: string | null;
  /** Owner and permission bits of that file. */
  readonly exeUid?: number | null;
  readonly exeMode?: number | null;
}

/** A mounted BPF file system (proc_pid_mountinfo(5)). */
export interface BpfMount {
  readonly path: string;
  /** Of the mount and of the file system: `rw`, `nosuid`, `mode=700`, `delegate_cmds=any`. */
  readonly options: readonly string[];
  /** Permission bits of its root directory; null when that cannot be seen. */
  readonly mode: number | null;
  /** True when another file system is mounted over it. */
  readonly isCovered?: boolean;
}

/** An object that is pinned in a {@link BpfMountElsewhere}. */
export interface PinElsewhere {
  readonly kind: 'program' | 'map' | 'link';
  readonly id: number;
  /** As the mount's path is. */
  readonly path: string;
}

/**
 * A BPF file system that is mounted in other mount namespaces (mount_namespaces(7)) alone: `bpftool -f` does not see what
 * is pinned there.
 */
export interface BpfMountElsewhere {
  /** One of the namespaces that it is mounted in, and a process that is in it. */
  readonly namespace: number;
  readonly pid: number;
  readonly comm: string;
  /** In that namespace. */
  readonly path: string;
  readonly options: readonly string[];
  /** Absent where it was not looked into. */
  readonly pins?: readonly PinElsewhere[];
}

/** A process that has a socket open. What may not be known of its file is null, and absent in captures of before. */
export interface SocketHolder {
  readonly pid: number;
  readonly comm: string;
  /** Target of /proc/PID/exe: a path in its own mount namespace. */
  readonly exe: string | null;
  /** Owner and permission bits of that file. */
  readonly exeUid?: number | null;
  readonly exeMode?: number | null;
  /** True when the host, which is where pid 1 is, has the very same file at that path. */
  readonly exeIsHosts?: boolean | null;
}

/**
 * A socket that reads frames as they are on the wire (packet(7)). Its filter is classic BPF, which the kernel keeps in no
 * list: bpftool does not know it. One that several processes have open is there once for each; captures of before name
 * one of them.
 */
export interface PacketSocket {
  readonly inode: number;
  /** EtherType, 3 for all. */
  readonly protocol: number;
  /** 0 for all interfaces. */
  readonly ifindex: number;
  readonly uid: number;
  /** Who has it open; null where no process is seen to. */
  readonly holder: SocketHolder | null;
  /** Its filter in classic BPF, as ss(8) prints it: `0x28 0 0 12, 0x06 0 0 0`; empty for none, absent where it is not known. */
  readonly filter?: string;
}

/** What a file of sysctl.d(5) sets a kernel setting to at the next boot: the last one that does. */
export interface PersistedSetting {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

/** A network namespace (network_namespaces(7)) other than the one that was looked from, with what is attached in it. */
export interface NetNamespace {
  /** Of its file in nsfs: no other one has it at that moment. */
  readonly inode: number;
  /** Its name in /run/netns (ip-netns(8)); null without one. */
  readonly name: string | null;
  /** What `bpftool -j net show` printed in it; absent where it was not looked at. */
  readonly net?: readonly JsonObject[];
  /** The packet sockets in it; absent where they could not be read, and in captures of before. */
  readonly packets?: readonly PacketSocket[];
}

/** More than what hooks a few thousand functions: longer ones are not taken for known, whoever wrote them. */
export const MAX_TRACING_CHARACTERS = 1024 * 1024;

/** Files of tracefs as they are; one that could not be read is absent. */
export interface Tracing {
  /** `enabled_functions`: functions that call somebody when they begin, and whom. */
  readonly enabledFunctions?: string;
  /** `kprobe_events`, `uprobe_events` and `dynamic_events`: probes that were defined there; the last one has all kinds. */
  readonly kprobeEvents?: string;
  readonly uprobeEvents?: string;
  readonly dynamicEvents?: string;
}

/** `auditctl -s`: whether the kernel audits, and whether it has lost records. */
export interface AuditStatus {
  /** 0 off, 1 on, 2 on and locked. */
  readonly enabled: number;
  readonly lost: number | null;
  readonly backlog: number | null;
}

/**
 * What bpftool and /proc showed at one moment, as they said it. It is also what a capture stores, so that a later,
 * better decoder reads old captures better.
 */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly host: string;
  /** /proc/sys/kernel/random/boot_id; ids are only comparable within one boot. */
  readonly boot: string | null;
  readonly kernel: string | null;
  readonly bpftoolVersion: string | null;
  /** Elements as `bpftool -j prog show` printed them; absent when it could not be asked. */
  readonly prog?: readonly JsonObject[];
  readonly map?: readonly JsonObject[];
  readonly link?: readonly JsonObject[];
  /** Of the network namespace that was looked from. */
  readonly net?: readonly JsonObject[];
  /** The other ones; absent in captures of before. `unread` counts processes whose own one may not be known. */
  readonly netNamespaces?: { readonly list: readonly NetNamespace[]; readonly unread: number };
  readonly perf?: readonly JsonObject[];
  readonly cgroup?: readonly JsonObject[];
  /** Helper names as `bpftool prog dump xlated` calls them, by program id; null where the dump was refused. */
  readonly helpers?: { readonly [programId: string]: readonly string[] | null };
  /**
   * Names of the kernel functions that links say by their numbers in BTF, by `target_obj_id/target_btf_id`: `1/65037`. One
   * whose name could not be told, or that is a program's, is left out; absent where no link said any, and in captures of
   * before.
   */
  readonly btfFunctions?: { readonly [objectIdAndBtfId: string]: string };
  /** Digest of the entries of each watched map, by map id. */
  readonly contents?: { readonly [mapId: string]: string };
  /** How many entries each map has that was counted, by map id. */
  readonly entries?: { readonly [mapId: string]: number };
  /** Which part of the kernel each struct_ops map stands for, by map id: `tcp_congestion_ops`. */
  readonly structOps?: { readonly [mapId: string]: string };
  readonly processes?: readonly Process[];
  /** Kernel settings by sysctl name; null where the file exists and cannot be read. */
  readonly settings?: { readonly [name: string]: string | null };
  readonly audit?: AuditStatus;
  /** Lines of `auditctl -l`; empty when there are no rules. */
  readonly auditRules?: readonly string[];
  readonly mounts?: readonly BpfMount[];
  /** Absent in captures of before. `unread` counts processes whose mount namespace may not be known. */
  readonly mountsElsewhere?: { readonly list: readonly BpfMountElsewhere[]; readonly unread: number };
  readonly persisted?: readonly PersistedSetting[];
  /** Those of the network namespace that was looked from. */
  readonly packetSockets?: readonly PacketSocket[];
  /**
   * Functions of BPF programs in /proc/kallsyms: those whose tag no program in `prog` has, each as `ADDRESS NAME`; and how
   * many functions besides their first the programs in `prog` have together. Only in some snapshots, as it costs more than the rest.
   */
  readonly symbols?: { readonly unlisted: readonly string[]; readonly subprograms: number } | undefined;
  /** Absent where tracefs is not mounted, and in captures of before. */
  readonly tracing?: Tracing;
  /** The process that looked: what it and its children do is ours, not the host's. Absent when a file was read. */
  readonly observer?: { readonly pid: number };
  /** Ids of programs, maps and links that our own tools made while looking. */
  readonly own?: {
    readonly programs: readonly number[];
    readonly maps: readonly number[];
    readonly links: readonly number[];
  };
  readonly problems: readonly Problem[];
  /** Where each section came from when it was not a live command: section name → file. */
  readonly origins?: { readonly [section: string]: string };
  /**
   * Sections of a saved look whose listing is whole and was saved together with the others: what such a listing lacks is
   * hidden, without a second look. Only set for saved files.
   */
  readonly wholeListings?: readonly Section[];
  readonly extra?: { readonly [key: string]: Json };
}
