import fc from 'fast-check';
import type { Attachment, Inventory, Owner } from '../../src/model/inventory.ts';
import { SECTIONS } from '../../src/model/snapshot.ts';

/** What formats and terminals choke on. */
const HOSTILE = [
  '"];x -> y [label="',
  '\\',
  '\\"',
  '\\N',
  '</td>&lt;&#10;',
  '"]:::x\n  n99["',
  '`%%{init: {}}%%`',
  'style:#60;',
  '=cmd|"/c calc"!A1',
  '-1+1',
  '@x',
  '\tx',
  'a;b,c\r\n',
  '\u001b[2J',
  '\u202eevil',
  '\ud800',
  '#quot;',
  'a direction  TB',
  'end',
  '',
  '__proto__',
  'ｗｉｄｅ',
  '/sys/fs/bpf/x y',
];

export const hostileText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 12 }));

const smallId = fc.integer({ min: 1, max: 6 });
const ids = fc.array(smallId, { maxLength: 4 });
const texts = fc.array(hostileText, { maxLength: 2 });
const size = fc.option(fc.nat(99));
const owners: fc.Arbitrary<readonly Owner[]> = fc.array(fc.record({ pid: smallId, comm: hostileText }), {
  maxLength: 2,
});

const program = fc.record({
  id: smallId,
  type: fc.oneof(fc.constantFrom('xdp', 'ext'), hostileText),
  name: hostileText,
  tag: hostileText,
  uid: size,
  loadedAt: size,
  bytesXlated: size,
  bytesMemlock: size,
  mapIds: ids,
  pinned: texts,
  helpers: fc.option(texts),
  owners,
  raw: fc.constant({}),
});

const map = fc.record({
  id: smallId,
  type: hostileText,
  name: hostileText,
  flags: size,
  keySize: size,
  valueSize: size,
  maxEntries: size,
  bytesMemlock: size,
  frozen: fc.option(fc.boolean()),
  pinned: texts,
  owners,
  contents: fc.option(hostileText),
  raw: fc.constant({}),
});

const attachment: fc.Arbitrary<Attachment> = fc.record({
  key: fc.oneof(fc.constantFrom('xdp:lo:1', 'xdp:lo:1#2'), hostileText),
  section: fc.constantFrom('links', 'net', 'perf', 'cgroups'),
  type: fc.oneof(fc.constantFrom('xdp', 'struct_ops', 'tracing'), hostileText),
  target: hostileText,
  programId: fc.option(smallId),
  linkId: fc.option(smallId),
  owners,
  raw: fc.record({ map_id: smallId, target_obj_id: smallId, pinned: texts }, { requiredKeys: [] }),
});

const process = fc.record({
  pid: smallId,
  comm: hostileText,
  exe: fc.option(hostileText),
  uid: size,
  capabilities: texts,
  startTime: size,
  programIds: ids,
  mapIds: ids,
  linkIds: ids,
});

/** Any inventory, with ids and keys that come twice, and ids that nothing has. */
export const anyInventory: fc.Arbitrary<Inventory> = fc.record({
  time: fc.constant(1_700_000_000_000),
  host: hostileText,
  boot: fc.option(hostileText),
  covers: fc.subarray([...SECTIONS]),
  fresh: fc.constant([]),
  programs: fc.array(program, { maxLength: 4 }),
  maps: fc.array(map, { maxLength: 4 }),
  attachments: fc.array(attachment, { maxLength: 4 }),
  processes: fc.array(process, { maxLength: 3 }),
  capabilities: fc.constant([]),
  settings: fc.dictionary(hostileText, fc.option(hostileText), { maxKeys: 2 }),
  audit: fc.constant(null),
  auditRules: fc.constant([]),
  mounts: fc.constant([]),
  mountsElsewhere: fc.constant([]),
  persisted: fc.constant([]),
  packetSockets: fc.constant([]),
  unlisted: fc.constant([]),
  unlistedSymbols: fc.constant(null),
  kernelHooks: fc.constant([]),
  unkept: fc.constant([]),
});
