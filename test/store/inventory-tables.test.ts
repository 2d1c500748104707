import { describe, expect, it } from 'vitest';
import type { BpfMap, Inventory, Program } from '../../src/model/inventory.ts';
import { memoryStore } from './fixture.ts';
import { makeEvents, START } from './fixture-event.ts';

const PROGRAM: Program = {
  id: 34,
  type: 'xdp',
  name: 'drop_all',
  tag: 'a04f5eef06a7f555',
  uid: 0,
  loadedAt: START,
  bytesXlated: 120,
  bytesMemlock: 4096,
  mapIds: [7, 8],
  pinned: ['/sys/fs/bpf/drop'],
  helpers: ['map_lookup_elem', 'map_lookup_elem', 'probe_write_user'],
  owners: [{ pid: 812, comm: 'loader' }],
  raw: { gpl_compatible: true, btf_id: 5, run_cnt: 3 },
};

const MAP: BpfMap = {
  id: 7,
  type: 'hash',
  name: 'config',
  flags: 0,
  keySize: 4,
  valueSize: 8,
  maxEntries: null,
  bytesMemlock: null,
  frozen: false,
  pinned: [],
  owners: [{ pid: 812, comm: 'loader' }],
  contents: null,
  raw: {},
};

const INVENTORY: Inventory = {
  time: START,
  host: 'web-1',
  boot: '6e2f5a10-0000-4000-8000-000000000000',
  covers: ['programs', 'maps'],
  fresh: ['programs'],
  programs: [PROGRAM, { ...PROGRAM, id: 35, name: 'unknown', uid: null, helpers: null, owners: [], pinned: [] }],
  maps: [MAP],
  attachments: [
    { key: 'xdp:lo:34', section: 'net', type: 'xdp', target: 'lo', programId: 34, linkId: null, owners: [], raw: {} },
  ],
  processes: [
    {
      pid: 812,
      comm: 'loader',
      exe: '/usr/bin/loader',
      uid: 0,
      capabilities: ['cap_bpf'],
      startTime: 5123,
      programIds: [34],
      mapIds: [7],
      linkIds: [],
      cmdline: 'loader -x',
      cgroup: '/system.slice/loader.service',
      exeSha256: 'ab',
      exeUid: 0,
      exeMode: 0o755,
    },
  ],
  capabilities: [{ pid: 812, comm: 'loader', capabilities: ['cap_bpf', 'cap_sys_admin'] }],
  settings: { 'kernel.unprivileged_bpf_disabled': '2', 'net.core.bpf_jit_harden': null },
  audit: { enabled: 1, lost: 0, backlog: null },
  auditRules: ['-a always,exit -S bpf'],
  mountsElsewhere: [
    {
      ...{ namespace: 41, pid: 9, comm: 'x', path: '/m', options: ['rw', 'mode=700'] },
      pins: [
        { kind: 'link', id: 1, path: '/m/maps.debug' },
        { kind: 'program', id: 34, path: '/m/p' },
      ],
    },
    { namespace: 42, pid: 10, comm: 'y', path: '/n', options: [] },
  ],
  mounts: [{ path: '/sys/fs/bpf', options: ['rw', 'mode=700'], mode: 0o700 }],
  persisted: [{ name: 'kernel.kptr_restrict', value: '1', file: '/etc/sysctl.conf', line: 3 }],
  packetSockets: [
    { inode: 5, protocol: 3, ifindex: 2, uid: 0, holder: { pid: 9, comm: 'x', exe: '/bin/x' }, unheldLooks: 0 },
    {
      ...{ inode: 6, protocol: 3, ifindex: 0, uid: 0, netns: 'blue', unheldLooks: 0 },
      holder: { pid: 8, comm: 'y', exe: '/bin/y', exeUid: 0, exeMode: 0o755, exeIsHosts: false },
    },
    { inode: 7, protocol: 3, ifindex: 0, uid: 0, holder: null, unheldLooks: 2 },
  ],
  unlisted: [{ kind: 'program', id: 9, seenIn: ['link 3', 'xdp lo'], isAudited: false, looks: 2 }],
  unlistedSymbols: {
    names: ['bpf_prog_0123456789abcdef_x', 'bpf_prog_fedcba9876543210'],
    explained: 1,
    looks: 2,
    isLost: true,
  },
  kernelHooks: [
    {
      view: 'enabled_functions',
      target: 'vfs_read',
      handler: 'hook [rootkit]',
      canDivert: true,
      owner: 'module',
      since: null,
      looks: 0,
      isSettled: false,
    },
  ],
  unkept: [{ id: 35, since: START, isSettled: false }],
};

describe('inventory tables', () => {
  it('hold what was observed, and only the last of it', async () => {
    const store = await memoryStore();
    store.setInventory(INVENTORY);
    const all = (table: string) => store.rows(`SELECT * FROM ${table}`);
    const check = () => {
      expect(all('host')).toEqual([{ name: 'web-1', boot: INVENTORY.boot, time: START }]);
      expect(store.rows('SELECT id, uid, helpers_known FROM program ORDER BY id')).toEqual([
        { id: 34, uid: 0, helpers_known: 1 },
        { id: 35, uid: null, helpers_known: 0 },
      ]);
      expect(all('program_helper')).toEqual([
        { program_id: 34, helper: 'map_lookup_elem', kfunc: 0 },
        { program_id: 34, helper: 'probe_write_user', kfunc: 0 },
      ]);
      expect(store.rows('SELECT map_id FROM program_map WHERE program_id = 34')).toEqual([
        { map_id: 7 },
        { map_id: 8 },
      ]);
      expect(store.rows('SELECT name, max_entries, frozen FROM map')).toEqual([
        { name: 'config', max_entries: null, frozen: 0 },
      ]);
      expect(all('attachment')).toEqual([
        {
          key: 'xdp:lo:34',
          section: 'net',
          type: 'xdp',
          target: 'lo',
          program_id: 34,
          link_id: null,
          netns: null,
          raw: '{}',
        },
      ]);
      expect(all('process')).toEqual([
        {
          pid: 812,
          comm: 'loader',
          exe: '/usr/bin/loader',
          uid: 0,
          start_time: 5123,
          cmdline: 'loader -x',
          cgroup: '/system.slice/loader.service',
          unit: 'loader.service',
          container: null,
          exe_deleted: 0,
          exe_sha256: 'ab',
          exe_uid: 0,
          exe_mode: 0o755,
        },
      ]);
      expect(store.rows("SELECT gpl, btf_id, raw ->> '$.run_cnt' AS runs FROM program WHERE id = 34")).toEqual([
        { gpl: 1, btf_id: 5, runs: 3 },
      ]);
      expect(all('kernel_hook')).toEqual([
        {
          view: 'enabled_functions',
          target: 'vfs_read',
          handler: 'hook [rootkit]',
          can_divert: 1,
          owner: 'module',
          settled: 0,
        },
      ]);
      expect(all('unkept')).toEqual([{ program_id: 35, settled: 0 }]);
      expect(all('unlisted_symbol')).toEqual([
        { name: 'bpf_prog_0123456789abcdef_x', explained: 1, looks: 2 },
        { name: 'bpf_prog_fedcba9876543210', explained: 1, looks: 2 },
        { name: null, explained: 1, looks: 2 },
      ]);
      expect(all('audit_rule')).toEqual([
        {
          number: 1,
          text: '-a always,exit -S bpf',
          list: 'exit',
          action: 'always',
          calls: ',bpf,',
          arch: null,
          narrowed: '',
        },
      ]);
      expect(all('mount')).toEqual([{ path: '/sys/fs/bpf', options: 'rw,mode=700', mode: 0o700, covered: 0 }]);
      expect(all('mount_elsewhere')).toEqual([
        { path: '/m', mntns: 'mnt:[41]', pid: 9, comm: 'x', options: 'rw,mode=700', pins: 2 },
        { path: '/n', mntns: 'mnt:[42]', pid: 10, comm: 'y', options: '', pins: null },
      ]);
      expect(all('persisted_setting')).toEqual([
        { name: 'kernel.kptr_restrict', value: '1', file: '/etc/sysctl.conf', line: 3 },
      ]);
      expect(
        store
          .rows('SELECT inode, pid, exe, netns, exe_uid, exe_mode, exe_is_host FROM packet_socket')
          .map((row) => Object.values(row)),
      ).toEqual([
        [5, 9, '/bin/x', null, null, null, null],
        [6, 8, '/bin/y', 'blue', 0, 0o755, 0],
        [7, null, null, null, null, null, null],
      ]);
      expect(all('unlisted')).toEqual([
        { kind: 'program', object_id: 9, seen_in: 'link 3, xdp lo', looks: 2, lacked_by: null },
      ]);
      expect(all('object_owner')).toEqual([
        { kind: 'program', object_id: 34, pid: 812, comm: 'loader' },
        { kind: 'map', object_id: 7, pid: 812, comm: 'loader' },
      ]);
      expect(all('pin')).toEqual([{ kind: 'program', object_id: 34, path: '/sys/fs/bpf/drop' }]);
      expect(store.rows('SELECT name FROM capability')).toEqual([{ name: 'cap_bpf' }, { name: 'cap_sys_admin' }]);
      expect(store.rows('SELECT name, value FROM setting ORDER BY name')).toEqual([
        { name: 'kernel.unprivileged_bpf_disabled', value: '2' },
        { name: 'net.core.bpf_jit_harden', value: null },
      ]);
      expect(all('audit_status')).toEqual([{ enabled: 1, lost: 0, backlog: null }]);
    };
    check();
    store.setInventory({ ...INVENTORY, programs: [], maps: [], audit: null });
    expect(store.rows('SELECT (SELECT count(*) FROM program) + (SELECT count(*) FROM audit_status) AS n')).toEqual([
      { n: 0 },
    ]);
    store.setInventory(INVENTORY);
    check();
    expect(store.rows('SELECT count(*) AS n FROM allowed_helper')).toEqual([{ n: 5 }]);
  });

  it('takes hostile names, also two objects with one id', async () => {
    const store = await memoryStore();
    const name = `x'); DROP TABLE program; --\u001b[2J\0\ud800`;
    store.setInventory({
      ...INVENTORY,
      programs: [
        { ...PROGRAM, name },
        { ...PROGRAM, name: '' },
      ],
    });
    expect(store.rows('SELECT name FROM program')).toEqual([
      { name: `x'); DROP TABLE program; --\u001b[2J\ufffd\ufffd` },
      { name: '' },
    ]);
  });
});

describe('rows', () => {
  it('reads, with comments before and a semicolon after', async () => {
    const store = await memoryStore();
    const sql =
      "-- id: x\n/* why */ WITH t(a) AS (VALUES (1), (2)) SELECT a, 'x' AS b, x'00ff' AS c, 9e999 AS d FROM t; -- end";
    expect(store.rows(sql)).toEqual([
      { a: 1, b: 'x', c: '00ff', d: 'Inf' },
      { a: 2, b: 'x', c: '00ff', d: 'Inf' },
    ]);
    expect(store.rows('VALUES (floor(1.5))')).toEqual([{ column1: 1 }]);
  });

  it.each([
    ["INSERT INTO allowed_helper VALUES ('x')", 'only a statement that reads'],
    ['DELETE FROM allowed_helper', 'only a statement that reads'],
    ['UPDATE allowed_helper SET name = 1', 'only a statement that reads'],
    ['DROP TABLE program', 'only a statement that reads'],
    ["ATTACH ':memory:' AS other", 'only a statement that reads'],
    ['PRAGMA query_only = 0', 'only a statement that reads'],
    ['EXPLAIN SELECT 1', 'only a statement that reads'],
    ['', 'only a statement that reads'],
    ['WITH t AS (SELECT 1) DELETE FROM allowed_helper', 'readonly database'],
    ["WITH t AS (SELECT 'x' AS a) INSERT INTO allowed_helper SELECT a FROM t", 'readonly database'],
    ['SELECT 1; DELETE FROM allowed_helper', 'one statement is allowed, not 2'],
    ['SELECT 1; SELECT 2', 'one statement is allowed, not 2'],
    ['SELECT * FROM event', 'no such table: event'],
    ['SELECT colour FROM program', 'no such column: colour'],
    ['SELECT 1 FROM', 'incomplete input'],
  ])('refuses %s', async (sql, message) => {
    const store = await memoryStore();
    store.append(makeEvents(3));
    expect(() => store.rows(sql)).toThrow(message);
    expect(store.rows('SELECT count(*) AS n FROM allowed_helper')).toEqual([{ n: 5 }]);
    expect(store.count()).toBe(3);
  });
});

describe('a statement that is run again', () => {
  it('sees what the tables hold now, from their start', async () => {
    const store = await memoryStore();
    const count = () => store.rows('SELECT id, name FROM program ORDER BY id').map(({ id }) => id);
    store.setInventory(INVENTORY);
    expect([count(), count()]).toEqual([
      [34, 35],
      [34, 35],
    ]);
    store.setInventory({ ...INVENTORY, programs: [PROGRAM] });
    expect(count()).toEqual([34]);
    await store.close();
  });

  it('is refused again', async () => {
    const store = await memoryStore();
    for (let time = 0; time < 2; time += 1) {
      expect(() => store.rows('DELETE FROM program')).toThrow('only a statement that reads');
      expect(() => store.rows('SELECT 1; SELECT 2')).toThrow('one statement is allowed');
      expect(() => store.rows('WITH a AS (SELECT 1) DELETE FROM program')).toThrow();
      expect(() => store.rows('SELECT absent FROM program')).toThrow('no such column');
    }
    await store.close();
  });
});
