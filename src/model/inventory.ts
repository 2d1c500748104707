import type { JsonObject } from './json.ts';
import type {
  AuditStatus,
  BpfMount,
  BpfMountElsewhere,
  PacketSocket,
  PersistedSetting,
  Process,
  Section,
} from './snapshot.ts';

/** A process seen holding an object. */
export interface Owner {
  readonly pid: number;
  readonly comm: string;
}

export interface Program {
  readonly id: number;
  /** bpftool's name of the type (`xdp`, `tracepoint`), or the number of one it does not know. */
  readonly type: string;
  readonly name: string;
  readonly tag: string;
  /** Uid of the loader; null when bpftool did not say. */
  readonly uid: number | null;
  /** Milliseconds since the epoch; bpftool gives whole seconds. */
  readonly loadedAt: number | null;
  readonly bytesXlated: number | null;
  readonly bytesMemlock: number | null;
  readonly mapIds: readonly number[];
  readonly pinned: readonly string[];
  /** Canonical helper names without the `bpf_` prefix; null when they could not be read. */
  readonly helpers: readonly string[] | null;
  readonly owners: readonly Owner[];
  /** Everything bpftool said, unknown fields included. */
  readonly raw: JsonObject;
}

export interface BpfMap {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly flags: number | null;
  readonly keySize: number | null;
  readonly valueSize: number | null;
  /** Null when the map has no limit of its own (local storage) or none was given. */
  readonly maxEntries: number | null;
  readonly bytesMemlock: number | null;
  readonly frozen: boolean | null;
  readonly pinned: readonly string[];
  readonly owners: readonly Owner[];
  /** Digest of its entries when it is watched. */
  readonly contents: string | null;
  /** How many entries it has; absent where they were not counted. */
  readonly entries?: number;
  readonly raw: JsonObject;
}

/** One place where a program is attached, whichever listing showed it. */
export interface Attachment {
  /** Stable while attached: `link:12`, `xdp:lo:34`, `tc:eth0:clsact/ingress:35`, `perf:812:7`. */
  readonly key: string;
  readonly section: Section;
  /** `xdp`, `tc`, `tcx`, `netkit`, `tracepoint`, `raw_tracepoint`, `kprobe`, `tracing`, `cgroup`, ... */
  readonly type: string;
  /** What it is attached to, for people: `lo`, `sys_enter_execve`, `/system.slice`. */
  readonly target: string;
  readonly programId: number | null;
  readonly linkId: number | null;
  /** Network namespace that it is in, as {@link target} says it: `blue`, `net:[4026532177]`; absent for the host's. */
  readonly netns?: string;
  readonly owners: readonly Owner[];
  readonly raw: JsonObject;
}

/** A packet socket, and the network namespace that it is in, as {@link Attachment.netns} says it; absent for the host's. */
export interface FoundSocket extends PacketSocket {
  readonly netns?: string;
  /** Looks in a row in which nobody was seen to have it open: in one it may have been handed on. */
  readonly unheldLooks: number;
}

/** A snapshot decoded: what a host's BPF looked like at one moment. Sections not in `covers` are unknown, not empty. */
export interface Inventory {
  readonly time: number;
  readonly host: string;
  readonly boot: string | null;
  readonly covers: readonly Section[];
  /** Those of them that the newest look covered; the others are as they were before. */
  readonly fresh: readonly Section[];
  readonly programs: readonly Program[];
  readonly maps: readonly BpfMap[];
  readonly attachments: readonly Attachment[];
  readonly processes: readonly Process[];
  /** Capabilities held by those who use BPF, by holder; a lab context has one unnamed holder. */
  readonly capabilities: readonly CapabilityHolder[];
  readonly settings: { readonly [name: string]: string | null };
  readonly audit: AuditStatus | null;
  readonly auditRules: readonly string[];
  readonly mounts: readonly BpfMount[];
  readonly mountsElsewhere: readonly BpfMountElsewhere[];
  readonly persisted: readonly PersistedSetting[];
  readonly packetSockets: readonly FoundSocket[];
  readonly kernelHooks: readonly KernelHook[];
  /** Ids that something refers to and their own listing lacks. */
  readonly unlisted: readonly UnlistedObject[];
  /** Null for none. */
  readonly unlistedSymbols: UnlistedSymbols | null;
  /** Programs that are listed and that nothing is seen to keep. */
  readonly unkept: readonly UnkeptProgram[];
  /**
   * The highest program id that was ever seen in this boot, when the observer makes none itself. `exact` says that a
   * program got it while we watched, so no id above it was given out before.
   */
  readonly programIds?: { readonly highest: number; readonly exact: boolean };
}

/**
 * Whose a hook is: an attachment that is listed; a probe that was defined in tracefs, which is a hook of its own here; code
 * that came with the kernel, such as a tracer or live patching; a module of the kernel; nobody who is known; or it cannot
 * be told, since not all attachments say where they are.
 */
export type HookOwner = 'bpf' | 'probe event' | 'kernel' | 'module' | 'nobody' | 'unknown';

/** A place in the kernel, or in a program, from which somebody is called, as tracefs shows it. */
export interface KernelHook {
  /** The file that shows it. */
  readonly view: 'enabled_functions' | 'kprobe_events' | 'uprobe_events' | 'dynamic_events';
  /** A function, `vfs_read+0x10`, or `/bin/bash:0x31000`. */
  readonly target: string;
  /** Who is called: `bpf_trampoline_6442453466`, `hook [rootkit]`; for an event, its name: `p:probes/shell`. */
  readonly handler: string;
  /** True where it may send the call elsewhere (flag I of `enabled_functions`). */
  readonly canDivert: boolean;
  readonly owner: HookOwner;
  /** Time of the first of the looks in a row that found it to be nobody's, ms; null where it is somebody's, or not known. */
  readonly since: number | null;
  /** How many those are. */
  readonly looks: number;
  /** False where it may as well be about to get an owner, or to go. */
  readonly isSettled: boolean;
}

/** An object that one view of the kernel shows and another hides. */
export interface UnlistedObject {
  readonly kind: 'program' | 'map' | 'link';
  readonly id: number;
  /** What refers to it: `link 12`, `xdp lo`, `file descriptor of pid 812 (x)`, `program 7`. */
  readonly seenIn: readonly string[];
  /** Looks in a row that found it so. In the first it may have come or gone between two listings. */
  readonly looks: number;
  /** Set where no other look can follow and the listing that lacks it is whole; names that listing's file. */
  readonly lackedBy?: string;
  /** Set in saved files where only iterators refer to it: bpftool itself loads one for each listing. */
  readonly isOfIterator?: true;
  /** The audit log alone tells of it. */
  readonly isAudited: boolean;
}

/**
 * Functions of programs that /proc/kallsyms shows and whose tag no program had that was listed; absent when the listed ones have as many.
 */
export interface UnlistedSymbols {
  /** `bpf_prog_TAG_NAME`. */
  readonly names: readonly string[];
  /** So many of them are of listed programs: which ones, bpftool does not say. */
  readonly explained: number;
  /** Readings in a row in which all of them were there. In fewer than three they may have come or gone meanwhile. */
  readonly looks: number;
  /** True when none could be read any more for a minute, though they could earlier in this boot. */
  readonly isLost: boolean;
}

/** A program that no attachment, pin or open file keeps, as far as was seen. */
export interface UnkeptProgram {
  readonly id: number;
  /** Time of the first of the looks in a row that found it so, ms. */
  readonly since: number;
  /** False where it may as well be about to be kept, or to be freed. */
  readonly isSettled: boolean;
}

export interface CapabilityHolder {
  readonly pid: number | null;
  readonly comm: string;
  readonly capabilities: readonly string[];
}

/**
 * The sections that checks may take for known. Of other namespaces the newest look alone counts: a program of now may be
 * attached or pinned where it did not get to.
 */
export function wholeSections({ covers, fresh }: Inventory): readonly Section[] {
  return covers.filter((section) => !['net-namespaces', 'all-mounts'].includes(section) || fresh.includes(section));
}
