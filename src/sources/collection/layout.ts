import { KERNEL_SETTINGS, settingFile } from '../../normalise/kernel-settings.ts';
import type { Listing } from '../bpftool-sections.ts';

/** What a collector left behind: sosreport(1), or UAC (the Unix-like Artifacts Collector). */
export type CollectionKind = 'sosreport' | 'UAC collection';

/** A file of a collection. */
export interface CollectionPlace {
  readonly kind: CollectionKind;
  /** What stands before `path` in the file's name. */
  readonly root: string;
  /** From the collection's own folder on: `sos_commands/kernel/sysctl_-a`. */
  readonly path: string;
}

/** What a file of a collection tells about the host. */
export type CollectionRole =
  | { readonly tells: 'settings' | 'host' | 'kernel' | 'date' | 'log start' | 'boot' | 'audit status' | 'audit rules' }
  | { readonly tells: 'setting'; readonly setting: string }
  /** What bpftool printed of an object's inside, and no check asks for. */
  | { readonly tells: 'dump' }
  | { readonly tells: 'process'; readonly pid: number; readonly file: 'status' | 'comm' | 'stat' | 'fdinfo' }
  | BpftoolRole;

/** What bpftool printed. What the command was shows in the name that the collector gave the file. */
export interface BpftoolRole {
  readonly tells: 'bpftool';
  /** The listing that was asked for, whole; null for anything else. */
  readonly listing: Listing | null;
  /** The network namespace that it was asked in, when that was not the host's. */
  readonly netns: string | null;
  /** The program that was dumped, when it was one and the name says which. */
  readonly programId: number | null;
}

/** The folders that only these collectors make. */
const SIGNS: readonly (readonly [folder: string, before: RegExp, kind: CollectionKind])[] = [
  ['sos_commands', /(?<=^|[/!])sos_commands\//, 'sosreport'],
  ['live_response', /(?<=^|[/!])live_response\//, 'UAC collection'],
];

/** The roots of the collections that these files belong to. */
export function collectionRoots(names: readonly string[]): ReadonlyMap<string, CollectionKind> {
  const roots = new Map<string, CollectionKind>();
  for (const name of names) {
    for (const [, before, kind] of SIGNS) {
      const at = name.search(before);
      if (at !== -1) roots.set(name.slice(0, at), kind);
    }
  }
  return roots;
}

/** Where a file stands in the collections with these roots, the innermost; null where it is in none. */
export function placeOf(name: string, roots: ReadonlyMap<string, CollectionKind>): CollectionPlace | null {
  if (roots.size === 0) return null;
  let end = name.length;
  for (let folders = 0; folders <= MAX_FOLDERS && end >= 0; folders += 1) {
    end = Math.max(name.lastIndexOf('/', end - 1), name.lastIndexOf('!', end - 1));
    const root = name.slice(0, end + 1);
    const kind = roots.get(root);
    if (kind !== undefined) return { kind, root, path: name.slice(root.length) };
    if (end === 0) break;
  }
  return null;
}

/**
 * Files by their place: sosreport's plugins kernel, host, date and auditd name a command's file after the command; UAC's
 * artifacts name it in `output_file`, and put what they copy below `[root]`.
 */
const ROLES: readonly (readonly [path: RegExp, role: CollectionRole])[] = [
  [/^(?:sos_commands\/kernel\/sysctl_-a|live_response\/system\/sysctl_-a\.txt)$/, { tells: 'settings' }],
  [/^(?:sos_commands\/(?:host|general)\/hostname|live_response\/network\/hostname\.txt)$/, { tells: 'host' }],
  [/^(?:sos_commands\/kernel\/uname_-a|live_response\/system\/uname_-a\.txt)$/, { tells: 'kernel' }],
  [/^(?:sos_commands\/(?:date|general)\/date(?:_--utc)?|live_response\/system\/date\.txt)$/, { tells: 'date' }],
  [/^uac\.log$/, { tells: 'log start' }],
  [/^(?:\[root\]\/)?proc\/sys\/kernel\/random\/boot_id$/, { tells: 'boot' }],
  [/^(?:sos_commands\/auditd?\/auditctl_-s|live_response\/system\/auditctl_-s\.txt)$/, { tells: 'audit status' }],
  [/^(?:sos_commands\/auditd?\/auditctl_-l|live_response\/system\/auditctl_-l\.txt)$/, { tells: 'audit rules' }],
];

const PROCESS =
  /^(?:\[root\]\/|live_response\/process\/)?proc\/(\d{1,10})\/(?:(status|comm|stat)(?:\.txt)?|(fdinfo)\/\d+)$/;

/** What this file of a collection tells; null where that is nothing of ours, as far as its place shows. */
export function roleOf(path: string): CollectionRole | null {
  if (path.length > MAX_PATH || longestPart(path) > MAX_PART) return null;
  const known = ROLES.find(([pattern]) => pattern.test(path))?.[1];
  if (known !== undefined) return known;
  const setting = KERNEL_SETTINGS.find((name) => path.replace(/^\[root\]\//, '') === settingFile(name).slice(1));
  if (setting !== undefined) return { tells: 'setting', setting };
  const [, pid, file, fdinfo] = PROCESS.exec(path) ?? [];
  const what = (file ?? fdinfo) as 'status' | 'comm' | 'stat' | 'fdinfo' | undefined;
  if (pid !== undefined && what !== undefined) return { tells: 'process', pid: Number(pid), file: what };
  return bpftoolRole(path);
}

/** Bytes of a path and of one of its parts on Linux (PATH_MAX, NAME_MAX). An archive can make up longer ones. */
const MAX_PATH = 4096;
const MAX_PART = 255;

function longestPart(path: string): number {
  let longest = 0;
  for (let start = 0; start <= path.length; ) {
    const slash = path.indexOf('/', start);
    const end = slash === -1 ? path.length : slash;
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest;
}

/** Names of files that hold what bpftool printed. */
const BPFTOOL = /^(?:ip_netns_exec_(?<netns>.+)_)?bpftool_/;

/** What follows: `sos_commands/ebpf/bpftool_-j_prog_list` (in older ones below `kernel`), `live_response/system/bpftool_prog_list.txt`. */
const LISTED = /^(?:-[a-zA-Z0-9]+_)*(prog|map|link|net|perf|cgroup)_(?:list|show|tree)(?:\.txt|\.json)?$/;

/** What bpftool complained of, with UAC. */
const COMPLAINTS = '.stderr';

/** What UAC asks of each name in /sys/fs/bpf: `live_response/system/ebpf/NAME/show.txt`. */
const OF_A_PIN = /^live_response\/system\/ebpf\/.+\/(show|xlated|jited)\.txt$/;

function bpftoolRole(path: string): BpftoolRole | { readonly tells: 'dump' } | null {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const named = file.endsWith(COMPLAINTS) ? null : BPFTOOL.exec(file);
  const pinned = OF_A_PIN.exec(path)?.[1];
  if (named === null && pinned === undefined) return null;
  const listing = (LISTED.exec(file.slice(named?.[0].length ?? 0))?.[1] as Listing | undefined) ?? null;
  const id = /_dump_xlated_id_(\d{1,10})/.exec(file)?.[1];
  if (listing === null && id === undefined && pinned !== 'show') return { tells: 'dump' };
  return {
    tells: 'bpftool',
    listing,
    netns: named?.groups?.netns ?? null,
    programId: id === undefined ? null : Number(id),
  };
}

/** Folders that may stand before a collection's own in an archive: `sosreport-web1-2026-11-23-abcdef/`. */
const FOLDERS_BEFORE = 3;

/** Folders in folders beyond which nobody's collection goes; an archive can make up any number. */
const MAX_FOLDERS = 100;

/** True where a file may tell something of a host, whichever of the folders it lies in is the collection's own. */
export function mayTell(name: string): boolean {
  const path = name.slice(name.lastIndexOf('!') + 1);
  if (path.length > MAX_PATH) return false;
  const parts = path.split('/');
  if (parts.length > MAX_FOLDERS) return false;
  let start = 0;
  for (const [before, part] of parts.entries()) {
    if ((before <= FOLDERS_BEFORE || isSign(part)) && roleOf(path.slice(start)) !== null) return true;
    start += part.length + 1;
  }
  return false;
}

/** A folder by which a collection is known stands right below its own, however deep that lies. */
function isSign(folder: string): boolean {
  return SIGNS.some(([sign]) => sign === folder) || folder === '[root]' || folder === 'proc' || folder === 'sys';
}
