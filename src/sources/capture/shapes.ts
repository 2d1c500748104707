import * as v from 'valibot';
import { EVENT_TYPES } from '../../model/event.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { SEVERITIES } from '../../model/severity.ts';
import { SECTIONS } from '../../model/snapshot.ts';
import { MAX_DEPTH, nestsWithin } from '../../text/json-depth.ts';
import { CAPTURE_FORMAT, SHARED_PARTS } from './format.ts';

/** A JSON value is what `JSON.parse` gave, so only its depth is to be checked. */
const json = v.custom<Json>((value) => value !== undefined && nestsWithin(value, MAX_DEPTH), 'nests too deep');

const jsonObject = v.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && nestsWithin(value, MAX_DEPTH),
  'is not an object, or nests too deep',
);

/** `1e999` is valid JSON and infinite. */
const number = v.pipe(v.number(), v.finite());
const id = v.pipe(v.number(), v.safeInteger());

/**
 * Milliseconds since the epoch of a moment that the calendar has (ECMA-262, section 21.4.1.1). Past it, adding the
 * length of an interval to a time would no longer change it.
 */
const MAX_TIME = 8.64e15;
export const timeShape = v.pipe(v.number(), v.minValue(-MAX_TIME), v.maxValue(MAX_TIME));

const nullableString = v.nullable(v.string());
const listing = v.optional(v.array(jsonObject));

const position = v.object({ file: v.string(), line: v.optional(number), offset: v.optional(number) });

const evidence = v.object({
  origin: v.string(),
  line: v.optional(number),
  offset: v.optional(number),
  text: v.optional(v.string()),
  via: v.optional(position),
});

export const headerShape = v.object({
  format: v.literal(CAPTURE_FORMAT),
  version: number,
  host: v.string(),
  startedAt: number,
  tool: v.string(),
});

export const eventShape = v.object({
  id: v.string(),
  time: timeShape,
  type: v.picklist(EVENT_TYPES),
  severity: v.picklist(SEVERITIES),
  source: v.string(),
  host: v.string(),
  details: jsonObject,
  evidence: v.array(evidence),
  foldedInto: v.optional(v.string()),
});

export const auditShape = v.object({
  time: timeShape,
  serial: v.nullable(id),
  node: nullableString,
  origin: v.string(),
  records: v.array(
    v.object({
      type: v.string(),
      text: v.string(),
      line: number,
      offset: number,
      file: v.optional(v.string()),
      raw: v.optional(v.string()),
    }),
  ),
});

export const skippedShape = v.object({ time: timeShape, skipped: v.record(v.string(), id) });

export const agentShape = v.object({
  time: timeShape,
  agent: v.object({ agent: v.string(), name: v.string(), value: jsonObject, at: position, text: v.string() }),
});

export const gapShape = v.object({
  host: nullableString,
  gap: v.object({
    kind: v.picklist(['serials', 'lost', 'suppressed', 'clock', 'boot']),
    at: position,
    time: timeShape,
    count: v.nullable(number),
    message: v.string(),
  }),
});

export const unreadableShape = v.object({ at: position, reason: v.string(), text: v.string() });

const process = v.object({
  pid: id,
  comm: v.string(),
  exe: nullableString,
  uid: v.nullable(id),
  capabilities: v.array(v.string()),
  startTime: v.nullable(number),
  programIds: v.array(id),
  mapIds: v.array(id),
  linkIds: v.array(id),
  cmdline: v.optional(v.string()),
  cgroup: v.optional(v.string()),
  exeSha256: v.optional(nullableString),
  exeUid: v.optional(v.nullable(id)),
  exeMode: v.optional(v.nullable(id)),
});

const mount = v.object({
  path: v.string(),
  options: v.array(v.string()),
  mode: v.nullable(id),
  isCovered: v.optional(v.boolean()),
});

const mountElsewhere = v.object({
  namespace: id,
  pid: id,
  comm: v.string(),
  path: v.string(),
  options: v.array(v.string()),
  pins: v.optional(v.array(v.object({ kind: v.picklist(['program', 'map', 'link']), id, path: v.string() }))),
});

const packetSocket = v.object({
  inode: id,
  protocol: id,
  ifindex: id,
  uid: id,
  holder: v.nullable(
    v.object({
      pid: id,
      comm: v.string(),
      exe: nullableString,
      exeUid: v.optional(v.nullable(id)),
      exeMode: v.optional(v.nullable(id)),
      exeIsHosts: v.optional(v.nullable(v.boolean())),
    }),
  ),
  filter: v.optional(v.string()),
});

const netNamespace = v.object({
  inode: id,
  name: nullableString,
  net: listing,
  packets: v.optional(v.array(packetSocket)),
});

const persisted = v.object({ name: v.string(), value: v.string(), file: v.string(), line: id });

const snapshot = v.object({
  time: timeShape,
  host: v.string(),
  boot: nullableString,
  kernel: nullableString,
  bpftoolVersion: nullableString,
  prog: listing,
  map: listing,
  link: listing,
  net: listing,
  perf: listing,
  cgroup: listing,
  helpers: v.optional(v.record(v.string(), v.nullable(v.array(v.string())))),
  btfFunctions: v.optional(v.record(v.string(), v.string())),
  contents: v.optional(v.record(v.string(), v.string())),
  entries: v.optional(v.record(v.string(), id)),
  structOps: v.optional(v.record(v.string(), v.string())),
  processes: v.optional(v.array(process)),
  settings: v.optional(v.record(v.string(), nullableString)),
  audit: v.optional(v.object({ enabled: number, lost: v.nullable(number), backlog: v.nullable(number) })),
  auditRules: v.optional(v.array(v.string())),
  mounts: v.optional(v.array(mount)),
  mountsElsewhere: v.optional(v.object({ list: v.array(mountElsewhere), unread: id })),
  persisted: v.optional(v.array(persisted)),
  packetSockets: v.optional(v.array(packetSocket)),
  netNamespaces: v.optional(v.object({ list: v.array(netNamespace), unread: id })),
  symbols: v.optional(v.object({ unlisted: v.array(v.string()), subprograms: id })),
  tracing: v.optional(
    v.object({
      enabledFunctions: v.optional(v.string()),
      kprobeEvents: v.optional(v.string()),
      uprobeEvents: v.optional(v.string()),
      dynamicEvents: v.optional(v.string()),
    }),
  ),
  observer: v.optional(v.object({ pid: id })),
  own: v.optional(v.object({ programs: v.array(id), maps: v.array(id), links: v.array(id) })),
  problems: v.array(v.object({ section: v.nullable(v.picklist(SECTIONS)), message: v.string() })),
  origins: v.optional(v.record(v.string(), v.string())),
  extra: v.optional(v.record(v.string(), json)),
});

export const snapshotLineShape = v.object({
  n: id,
  snapshot,
  same: v.optional(v.array(v.picklist(SHARED_PARTS))),
});

/** The first fault that validation found, as `path: what is wrong`. */
export function shapeFault(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const path = v.getDotPath(issues[0]);
  return path === null ? issues[0].message : `${path}: ${issues[0].message}`;
}
