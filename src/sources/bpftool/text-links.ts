import type { JsonObject } from '../../model/json.ts';
import { exact, type FieldRule, holders, readFields, typeOf } from './text-fields.ts';
import { pinned } from './text-objects.ts';

/** `12: tcx  prog 5  ` or, of a struct_ops link, `12: struct_ops  map 5  ` (show_link_header_plain in bpftool's link.c). */
const LINK = /^(\d+): (type \d+|[a-z_0-9]+) {2}(prog|map) (\d+)\s*(.*)$/s;

/** A device as `ifindex lo(1)`, `(unknown)` or `(detached)`. */
const deviceRule: FieldRule = [
  /ifindex (\S+?)(?:\((\d+)\))?(?= |$)/y,
  (name, index) => ({ devname: name ?? '', ...(index ? { ifindex: exact(index) } : {}) }),
];

const cookie: FieldRule = [/(cookie|bpf_cookie) (\d+)/y, (key, value) => ({ [key ?? '']: exact(value ?? '') })];

/** The fields of show_link_close_plain and what it calls, bpftool 5.8 to 7.7. */
const LINK_FIELDS: readonly FieldRule[] = [
  [/tp '([^']*)'/y, (name) => ({ tp_name: name ?? '' })],
  [/prog_type (type \d+|\S+)/y, (type) => ({ prog_type: typeOf(type ?? '') })],
  [/attach_type (\d+)(?= |$)/y, (type) => ({ attach_type: exact(type ?? '') })],
  [/attach_type (\S+)/y, (type) => ({ attach_type: type ?? '' })],
  [
    /(target_obj_id|target_btf_id|cgroup_id|netns_ino|map_id|tid|pid|func_cnt|missed) (\d+)/y,
    (key, value) => ({ [key ?? '']: exact(value ?? '') }),
  ],
  [/(target_name|order|path) (\S+)/y, (key, value) => ({ [key ?? '']: value ?? '' })],
  deviceRule,
  cookie,
  [/(kretprobe|kprobe)\.multi/y, (kind) => ({ retprobe: kind === 'kretprobe', funcs: [] })],
  [/(uretprobe|uprobe)\.multi/y, (kind) => ({ retprobe: kind === 'uretprobe', funcs: [] })],
  [
    /(kretprobe|kprobe) (?:([0-9a-f]{8,16}) )?([^\s+]*)(?:\+(0x[0-9a-f]+))?(?= |$)/y,
    (kind, addr, func, offset) => ({
      retprobe: kind === 'kretprobe',
      ...(addr ? { addr: BigInt(`0x${addr}`).toString() } : {}),
      func: func ?? '',
      offset: Number(offset || 0),
    }),
  ],
  [
    /(uretprobe|uprobe) (\S+?)\+(0x[0-9a-f]+|0)(?= |$)/y,
    (kind, file, offset) => ({ retprobe: kind === 'uretprobe', file: file ?? '', offset: Number(offset) }),
  ],
  [/tracepoint (\S+)/y, (name) => ({ tracepoint: name ?? '' })],
  [/event (\S+?) ?:(\S+)/y, (type, config) => ({ event_type: type ?? '', event_config: config ?? '' })],
  [/ref_ctr_offset (0x[0-9a-f]+|\d+)/y, (offset) => ({ ref_ctr_offset: Number(offset) })],
  [
    /(?:pf: (\d+)|(inet|ip|arp|netdev|bridge|ip6))(?:, hook (\d+),| (\w+)) prio (-?\d+)(?: flags 0x([0-9a-f]+))?/y,
    (pf, pfName, hook, hookName, prio, flags) => ({
      pf: pf ? exact(pf) : (pfName ?? ''),
      hook: hook ? exact(hook) : (hookName ?? ''),
      prio: Number(prio),
      flags: Number.parseInt(flags || '0', 16),
    }),
  ],
  [/pids (.+)$/y, (text) => ({ pids: holders(text ?? '') })],
];

/** Heads of the tables below a multi link, and their rows. */
const TABLE_HEAD = /^\s+(?:addr +(?:cookie +)?func \[module\]|offset +ref_ctr_offset +cookies?)\s*$/;
const FUNCTION = /^\s+([0-9a-f]{8,16}) +(?:([0-9a-f]+) +)?(\S+)(?: \[(\S+)\])?\s*$/;
const UPROBE = /^\s+0x([0-9a-f]+) +0x([0-9a-f]+)(?: +0x([0-9a-f]+))?\s*$/;

/** The element that a line of `bpftool link list` begins; null for any other line. */
export function linkHead(line: string): JsonObject | null {
  const match = LINK.exec(line);
  if (match === null) return null;
  const [, id = '', type = '', kind, target = '', rest = ''] = match;
  const more = readFields(rest, LINK_FIELDS);
  if (more === null) return null;
  const what: JsonObject = kind === 'map' ? { prog_id: 0, map_id: exact(target) } : { prog_id: exact(target) };
  return { id: exact(id), type: typeOf(type), ...what, ...more };
}

/** What one more line of a link says; null when it is not known. */
export function linkLine(line: string): JsonObject | null {
  if (TABLE_HEAD.test(line)) return {};
  const uprobe = UPROBE.exec(line);
  if (uprobe !== null) {
    const [offset, refCtr, value] = uprobe.slice(1).map((hex) => (hex ? exact(BigInt(`0x${hex}`).toString()) : null));
    const cookies: JsonObject = value === null || value === undefined ? {} : { cookie: value };
    return { funcs: [{ offset: offset ?? 0, ref_ctr_offset: refCtr ?? 0, ...cookies }] };
  }
  return pinned(line) ?? readFields(line, LINK_FIELDS) ?? functionRow(line);
}

function functionRow(line: string): JsonObject | null {
  const match = FUNCTION.exec(line);
  if (match === null) return null;
  const [, addr = '', value, func = '', module] = match;
  const cookies: JsonObject = value === undefined ? {} : { cookie: BigInt(`0x${value}`).toString() };
  return { funcs: [{ addr: BigInt(`0x${addr}`).toString(), func, module: module ?? null, ...cookies }] };
}

/** `pid 812  fd 5: prog_id 5  kprobe  func __x64_sys_write  offset 0` (print_perf_plain in bpftool's perf.c). */
const PERF = /^pid (\d+) {2}fd (\d+): prog_id (\d+) {2}(\w+) *(.*)$/s;

const PERF_FIELDS: readonly FieldRule[] = [
  [/func (\S+)/y, (func) => ({ func: func ?? '' })],
  [/filename (\S+)/y, (file) => ({ filename: file ?? '' })],
  [/(offset|addr) (\d+)/y, (key, value) => ({ [key ?? '']: exact(value ?? '') })],
];

/** One line of `bpftool perf list`; null for any other line. */
export function perfLine(line: string): JsonObject | null {
  const match = PERF.exec(line);
  if (match === null) return null;
  const [, pid = '', fd = '', program = '', type = '', rest = ''] = match;
  const head = { pid: exact(pid), fd: exact(fd), prog_id: exact(program), fd_type: type };
  const more = type.endsWith('tracepoint') ? { tracepoint: rest.trim() } : readFields(rest, PERF_FIELDS);
  return more === null ? null : { ...head, ...more };
}
