import type { JsonObject } from '../../model/json.ts';
import { exact, type FieldRule, holders, readFields, typeOf } from './text-fields.ts';

/** `5722: xdp  name wit_xdp  tag 9bf6d88144148dc4  gpl` (show_prog_plain in bpftool's prog.c). */
const PROGRAM = /^(\d+): (type \d+|\S+) {2}(?:name (\S+) {2})?tag ([0-9a-f]{16})(.*)$/s;

/** `703: array  name wit_config  flags 0x0` (show_map_close_plain in bpftool's map.c). */
const MAP = /^(\d+): (type \d+|\S+) {2}(?:name (\S+) {2})?flags 0x([0-9a-f]+)(.*)$/s;

const DEVICE: readonly FieldRule[] = [
  [
    /offloaded_to ifindex (\d+) +ns_dev (\d+) +ns_ino (\d+)/y,
    (ifindex, dev, inode) => ({
      dev: { ifindex: exact(ifindex ?? ''), ns_dev: exact(dev ?? ''), ns_inode: exact(inode ?? '') },
    }),
  ],
  [/offloaded_to (\S+)/y, (name) => ({ dev: { ifname: name ?? '' } })],
];

const SHARED: readonly FieldRule[] = [
  ...DEVICE,
  [/memlock (\d+)B/y, (bytes) => ({ bytes_memlock: exact(bytes ?? '') })],
  [/btf_id (\d+)/y, (id) => ({ btf_id: exact(id ?? '') })],
  [/pids (.+)$/y, (text) => ({ pids: holders(text ?? '') })],
];

const PROGRAM_FIELDS: readonly FieldRule[] = [
  [/gpl(?= |$)/y, () => ({ gpl_compatible: true })],
  [
    /run_time_ns (\d+) +run_cnt (\d+)/y,
    (time, count) => ({ run_time_ns: exact(time ?? ''), run_cnt: exact(count ?? '') }),
  ],
  [/recursion_misses (\d+)/y, (count) => ({ recursion_misses: exact(count ?? '') })],
  [/loaded_at (.{1,40}?) +uid (\d+)/y, (time, uid) => ({ ...loadTime(time ?? ''), uid: exact(uid ?? '') })],
  [/xlated (\d+)B/y, (bytes) => ({ bytes_xlated: exact(bytes ?? '') })],
  [/not jited/y, () => ({ jited: false })],
  [/jited (\d+)B/y, (bytes) => ({ jited: true, bytes_jited: exact(bytes ?? '') })],
  [/orphaned(?= |$)/y, () => ({ orphaned: true })],
  [/map_ids (\d+(?:,\d+)*)/y, (ids) => ({ map_ids: (ids ?? '').split(',').map(Number) })],
  ...SHARED,
];

const MAP_FIELDS: readonly FieldRule[] = [
  [
    /key (\d+)B +value (\d+)B +max_entries (\d+)/y,
    (key, value, entries) => ({
      bytes_key: exact(key ?? ''),
      bytes_value: exact(value ?? ''),
      max_entries: exact(entries ?? ''),
    }),
  ],
  [/owner_prog_type (type \d+|\S+)/y, (type) => ({ owner_prog_type: typeOf(type ?? '') })],
  [/owner not jited/y, () => ({ owner_jited: false })],
  [/owner jited/y, () => ({ owner_jited: true })],
  [/frozen(?= |$)/y, () => ({ frozen: 1 })],
  ...SHARED,
];

/** The element that a line of `bpftool prog list` begins; null for any other line. */
export function programHead(line: string): JsonObject | null {
  const match = PROGRAM.exec(line);
  if (match === null) return null;
  const [, id = '', type = '', name, tag = '', rest = ''] = match;
  const more = readFields(rest, PROGRAM_FIELDS);
  if (more === null) return null;
  const named: JsonObject = name === undefined ? {} : { name };
  return { id: exact(id), type: typeOf(type), ...named, tag, gpl_compatible: false, ...more };
}

/** What one more line of a program says; null when it is not known. */
export function programLine(line: string): JsonObject | null {
  return pinned(line) ?? readFields(line, PROGRAM_FIELDS);
}

/** The element that a line of `bpftool map list` begins. bpftool says of a map when it is frozen, not when it is not. */
export function mapHead(line: string): JsonObject | null {
  const match = MAP.exec(line);
  if (match === null) return null;
  const [, id = '', type = '', name, flags = '', rest = ''] = match;
  const more = readFields(rest, MAP_FIELDS);
  if (more === null) return null;
  const named: JsonObject = name === undefined ? {} : { name };
  return { id: exact(id), type: typeOf(type), ...named, flags: Number.parseInt(flags, 16), frozen: 0, ...more };
}

/** What one more line of a map says; null when it is not known. */
export function mapLine(line: string): JsonObject | null {
  return pinned(line) ?? readFields(line, MAP_FIELDS);
}

/** `pinned PATH`: one line for each, and a path may hold blanks. */
export function pinned(line: string): JsonObject | null {
  const path = /^\s+pinned (.+)$/.exec(line)?.[1];
  return path === undefined ? null : { pinned: [path] };
}

/** `%FT%T%z` since bpftool 4.17; before it had no year, and then nobody knows. JSON has whole seconds. */
function loadTime(text: string): JsonObject {
  const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-]\d\d)(\d\d)$/.exec(text);
  if (iso === null) return {};
  const time = Date.parse(`${iso[1]}${iso[2]}:${iso[3]}`);
  return Number.isNaN(time) ? {} : { loaded_at: Math.floor(time / 1000) };
}
