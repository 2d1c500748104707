import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Process, Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { type DiffOptions, diffInventories } from '../../src/normalise/snapshot-diff.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';

const BASE: Snapshot = {
  time: 1000,
  host: 'h',
  boot: 'b1',
  kernel: null,
  bpftoolVersion: null,
  prog: [],
  map: [],
  link: [],
  net: [],
  perf: [],
  processes: [],
  settings: {},
  problems: [],
};

function diff(before: Partial<Snapshot>, after: Partial<Snapshot>, options?: DiffOptions): EventDraft[] {
  const { inventory: previous } = toInventory({ ...BASE, ...before });
  const { inventory: next } = toInventory({ ...BASE, time: 3000, ...after });
  return diffInventories(previous, next, options);
}

const brief = (events: readonly EventDraft[]) =>
  events.map(({ type, severity, details }) => `${type} ${severity}: ${details.summary}`);

const PROCESS: Process = {
  pid: 30,
  comm: 'loader',
  exe: '/usr/bin/loader',
  uid: 0,
  capabilities: ['cap_bpf', 'cap_perfmon'],
  startTime: 7,
  programIds: [1],
  mapIds: [],
  linkIds: [],
};

describe('names of functions', () => {
  it('that become known are no event', () => {
    const link = [
      { id: 3, type: 'tracing', prog_id: 1, attach_type: 'trace_fentry', target_obj_id: 1, target_btf_id: 65037 },
    ];
    const btfFunctions = { '1/65037': 'vfs_read' };
    expect(diff({ link }, { link, btfFunctions })).toEqual([]);
    expect(diff({ link, btfFunctions }, { link })).toEqual([]);
    expect(brief(diff({}, { link, btfFunctions }))).toEqual([
      'program-attach info: program 1 was attached to tracing on vfs_read trace_fentry',
    ]);
  });
});

describe('programs', () => {
  it('come and go, with who is known to hold them', () => {
    const prog = [bpftoolProgram(1, { name: 'watch', uid: 0 })];
    const [load] = diff({}, { prog, processes: [PROCESS] });
    expect(load).toEqual({
      time: 3000,
      type: 'program-load',
      severity: 'info',
      source: 'bpftool',
      host: 'h',
      details: {
        summary: 'program 1 watch (xdp) was loaded by loader (pid 30)',
        object: { kind: 'program', id: 1, name: 'watch', type: 'xdp', tag: 'a04f5eef06a7f555' },
        actor: { pid: 30, comm: 'loader', exe: '/usr/bin/loader', uid: 0 },
        owners: [{ pid: 30, comm: 'loader' }],
        uid: 0,
        loadedAt: 1_700_000_000_000,
      },
      evidence: [{ origin: 'bpftool prog show', text: JSON.stringify(prog[0]) }],
    });
    const [unload] = diff({ prog, processes: [PROCESS] }, {});
    expect(brief(unload ? [unload] : [])).toEqual(['program-unload info: program 1 watch (xdp) is gone']);
    // Who unloaded it is not known.
    expect(unload?.details.actor).toBeUndefined();
  });

  it('are blamed on the holder of their link when nobody holds them', () => {
    const link = [{ id: 9, type: 'xdp', prog_id: 1, devname: 'lo', ifindex: 1 }];
    const events = diff(
      { link: [] },
      { prog: [bpftoolProgram(1)], link, processes: [{ ...PROCESS, programIds: [], linkIds: [9] }] },
    );
    expect(events.map(({ details }) => (details.actor as JsonObject).pid)).toEqual([30, 30]);
  });

  it('of an unprivileged user are a warning, with helpers that act on others an error', () => {
    const prog = [bpftoolProgram(1, { uid: 1000 }), bpftoolProgram(2, { uid: 0 })];
    const events = diff(
      {},
      { prog, helpers: { 1: ['bpf_ktime_get_ns'], 2: ['bpf_send_signal', 'bpf_probe_write_user'] } },
    );
    expect(events.map(({ severity }) => severity)).toEqual(['warning', 'error']);
    expect(events[1]?.details).toMatchObject({
      summary: expect.stringContaining("overwrites a process's memory (probe_write_user), sends signals"),
      dangerousHelpers: ['probe_write_user', 'send_signal'],
    });
    expect(events[1]?.evidence[1]).toEqual({
      origin: 'bpftool prog dump xlated id 2',
      text: 'probe_write_user send_signal',
    });
  });

  it('that take over an id did both', () => {
    const events = diff({ prog: [bpftoolProgram(1)] }, { prog: [bpftoolProgram(1, { tag: 'ffffffffffffffff' })] });
    expect(events.map(({ type }) => type)).toEqual(['program-unload', 'program-load']);
  });

  it('do not come and go because the clock was set or bpftool rounds', () => {
    const at = (...times: number[]) => times.map((loaded_at, index) => bpftoolProgram(index + 1, { loaded_at }));
    expect(diff({ prog: at(1000, 2000, 3000) }, { prog: at(1001, 1999, 3000) })).toEqual([]);
    expect(diff({ prog: at(1000, 2000, 3000) }, { prog: at(91_000, 92_000, 93_001) })).toEqual([]);
    // One that was loaded at another time than the rest is another program.
    expect(diff({ prog: at(1000, 2000, 3000) }, { prog: at(1000, 2600, 3000) }).map(({ type }) => type)).toEqual([
      'program-unload',
      'program-load',
    ]);
  });

  it('do not come and go because another bpftool shows the whole name', () => {
    const named = (name: string) => ({ prog: [bpftoolProgram(1, { name })] });
    expect(diff(named('restrict_filesy'), named('restrict_filesystems'))).toEqual([]);
    expect(diff(named('restrict_files'), named('restrict_filesystems'))).toHaveLength(2);
  });
});

describe('short-lived programs', () => {
  const ids = (highest: number, exact = true) => ({ extra: { programIds: { highest, exact } } });
  const programs = (...all: number[]) => ({ prog: all.map((id) => bpftoolProgram(id)) });
  const notes = (events: readonly EventDraft[]) => events.filter(({ details }) => details.shortLived !== undefined);

  it('become one note with their count', () => {
    const events = notes(diff({ ...programs(10), ...ids(10) }, { ...programs(10, 60, 61), ...ids(61) }));
    expect(brief(events)).toEqual([
      'program-load warning: 49 programs were loaded and gone again since program 10 was the newest',
    ]);
    expect(events[0]?.details).toMatchObject({
      shortLived: 49,
      previousHighestId: 10,
      highestId: 61,
      listedAmongThem: 2,
    });
  });

  it('are no news when the new program explains them, or when they may be of before the watch', () => {
    const severity = (before: Partial<Snapshot>, after: Partial<Snapshot>) =>
      notes(diff(before, after)).map((note) => note.severity);
    expect(severity({ ...programs(10), ...ids(10) }, { ...programs(10, 16), ...ids(16) })).toEqual(['info']);
    expect(severity({ ...programs(10), ...ids(10, false) }, { ...programs(10, 900), ...ids(900) })).toEqual(['info']);
  });

  it('are not told where every id is accounted for, the range wrapped, ids are not known, or it is another boot', () => {
    expect(notes(diff({ ...programs(10), ...ids(10) }, { ...programs(10, 11), ...ids(11) }))).toEqual([]);
    expect(
      notes(diff({ ...programs(2 ** 31 - 1), ...ids(2 ** 31 - 1) }, { ...programs(5), ...ids(2 ** 31 - 1) })),
    ).toEqual([]);
    expect(notes(diff(programs(10), programs(10, 99)))).toEqual([]);
    expect(notes(diff({ ...programs(10), ...ids(10) }, { boot: 'b2', ...programs(99), ...ids(99) }))).toEqual([]);
  });
});

describe('maps', () => {
  it('come, are frozen, change and go', () => {
    const config = (over: JsonObject) => [bpftoolMap(4, { name: 'app_config', ...over })];
    expect(brief(diff({}, { map: config({}) }))).toEqual(['map-create info: map 4 app_config (hash) was created']);
    expect(brief(diff({ map: config({}) }, { map: config({ frozen: 1 }) }))).toEqual([
      'config-change info: map 4 app_config (hash) was frozen',
    ]);
    const changed = diff({ map: config({}), contents: { 4: 'aa' } }, { map: config({}), contents: { 4: 'bb' } });
    expect(brief(changed)).toEqual(['config-change warning: the entries of map 4 app_config (hash) changed']);
    expect(changed[0]?.details.change).toEqual({ what: 'contents', from: 'aa', to: 'bb' });
    expect(brief(diff({ map: config({}) }, { map: [] }))).toEqual([
      'map-delete debug: map 4 app_config (hash) is gone',
    ]);
    expect(diff({ map: config({}) }, { map: config({ max_entries: 65 }) }).map(({ type }) => type)).toEqual([
      'map-delete',
      'map-create',
    ]);
  });

  it('are not changed because watching began or ended', () => {
    const map = [bpftoolMap(4, { name: 'app_config' })];
    expect(diff({ map }, { map, contents: { 4: 'bb' } })).toEqual([]);
    expect(diff({ map, contents: { 4: 'bb' } }, { map })).toEqual([]);
  });
});

describe('attachments in other network namespaces', () => {
  const prog = [bpftoolProgram(5, { name: 'drop' })];
  const inside = (...names: readonly string[]): Partial<Snapshot> => ({
    prog,
    netNamespaces: {
      list: ['blue', 'red'].map((name, index) => ({
        inode: 40 + index,
        name,
        net: [{ xdp: names.includes(name) ? [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 5 }] : [], tc: [] }],
      })),
      unread: 0,
    },
  });

  it('are told with the namespace', () => {
    const [attach, ...rest] = diff(inside('blue'), inside('blue', 'red'));
    expect(rest).toEqual([]);
    expect(attach).toMatchObject({
      type: 'program-attach',
      details: {
        summary: 'program 5 drop (xdp) was attached to xdp on netns red lo',
        attachment: { key: 'netns:red:xdp:lo:5', target: 'netns red lo' },
      },
      evidence: [
        {
          origin: 'bpftool net show in another network namespace',
          text: expect.stringContaining('"netns_ino":41'),
        },
      ],
    });
    expect(brief(diff(inside('blue', 'red'), inside('red')))).toEqual([
      'program-detach info: program 5 drop (xdp) is no longer attached to xdp on netns blue lo',
    ]);
  });

  it('are no news when they were not looked at before', () => {
    expect(brief(diff({ prog, net: [] }, { ...inside('blue'), net: [] }))).toEqual([]);
  });
});

describe('attachments', () => {
  const net = (id: number) => [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id }] }];

  it('begin and end', () => {
    const prog = [bpftoolProgram(5, { name: 'drop' })];
    const [attach, ...rest] = diff({ prog }, { prog, net: net(5) });
    expect(rest).toEqual([]);
    expect(attach).toMatchObject({
      type: 'program-attach',
      severity: 'warning',
      details: {
        summary: 'program 5 drop (xdp) was attached to xdp on lo',
        object: { kind: 'program', id: 5, name: 'drop' },
        attachment: { key: 'xdp:lo:5', type: 'xdp', target: 'lo' },
      },
      evidence: [{ origin: 'bpftool net show', text: '{"devname":"lo","ifindex":1,"mode":"generic","id":5}' }],
    });
    expect(brief(diff({ prog, net: net(5) }, { prog }))).toEqual([
      'program-detach info: program 5 drop (xdp) is no longer attached to xdp on lo',
    ]);
  });

  it.each([
    [{ type: 'perf_event', tracepoint: 'sched_switch' }, 'info'],
    [{ type: 'raw_tracepoint', tp_name: 'sys_enter' }, 'info'],
    [{ type: 'tracing', attach_type: 'trace_fexit' }, 'info'],
    [{ type: 'tracing', attach_type: 'modify_return' }, 'warning'],
    [{ type: 'tracing', attach_type: 'lsm_mac' }, 'warning'],
    [{ type: 'perf_event', func: 'vfs_read', retprobe: true }, 'warning'],
    [{ type: 'uprobe_multi', path: '/lib/libpam.so' }, 'warning'],
    [{ type: 'netfilter', pf: 'inet', hook: 'input', prio: 0 }, 'warning'],
    [{ type: 'cgroup', attach_type: 'cgroup_device', cgroup_id: 1 }, 'warning'],
  ] as const)('%j is %s', (raw, severity) => {
    expect(diff({}, { link: [{ id: 1, prog_id: 5, ...raw }] }).map((event) => event.severity)).toEqual([severity]);
  });

  it('of a link whose program was replaced are both', () => {
    const link = (prog_id: number) => ({ link: [{ id: 1, type: 'xdp', prog_id, devname: 'lo', ifindex: 1 }] });
    expect(brief(diff(link(5), link(6)))).toEqual([
      'program-detach info: program 5 is no longer attached to xdp on lo',
      'program-attach warning: program 6 was attached to xdp on lo',
    ]);
  });

  it('are not compared where one look did not list the links that net show repeats', () => {
    const link = [{ id: 1, type: 'xdp', prog_id: 5, devname: 'lo', ifindex: 1 }];
    const { link: _, ...withoutLinks } = { ...BASE, time: 3000, net: net(5) };
    const listed = toInventory({ ...BASE, link, net: net(5) }).inventory;
    const unlisted = toInventory(withoutLinks).inventory;
    expect(diffInventories(listed, unlisted)).toEqual([]);
    expect(diffInventories(unlisted, listed)).toEqual([]);
  });
});

describe('the host', () => {
  const settings = (name: string, value: string | null) => ({ settings: { [name]: value } });

  it.each([
    ['kernel.unprivileged_bpf_disabled', '2', '0', 'error'],
    ['kernel.unprivileged_bpf_disabled', '2', '1', 'warning'],
    ['net.core.bpf_jit_harden', '2', '1', 'error'],
    ['net.core.bpf_jit_harden', '0', '2', 'warning'],
    ['net.core.bpf_jit_enable', '1', '2', 'error'],
    ['net.core.bpf_jit_enable', '2', '1', 'warning'],
    ['kernel.kptr_restrict', '1', '0', 'error'],
    ['kernel.perf_event_paranoid', '2', '-1', 'error'],
    ['kernel.bpf_stats_enabled', '0', '1', 'warning'],
    ['lockdown', 'integrity', 'confidentiality', 'warning'],
    ['lockdown', 'integrity', 'none', 'error'],
  ])('%s from %s to %s is %s', (name, from, to, severity) => {
    const [event] = diff(settings(name, from), settings(name, to));
    expect(event).toMatchObject({
      type: 'config-change',
      severity,
      source: 'proc',
      details: { object: { kind: 'setting', name }, change: { what: name, from, to } },
    });
  });

  it('has the file of a setting as evidence, or the file that a capture had it in', () => {
    const change = [settings('net.core.bpf_jit_harden', '2'), settings('net.core.bpf_jit_harden', '0')] as const;
    expect(diff(...change)[0]?.evidence).toEqual([{ origin: '/proc/sys/net/core/bpf_jit_harden', text: '0' }]);
    expect(diff(...change, { origins: { settings: 'saved/sysctl' } })[0]?.evidence[0]?.origin).toBe('saved/sysctl');
  });

  it('is not changed by a setting that could not be read before or after', () => {
    expect(diff(settings('lsm', null), settings('lsm', 'bpf'))).toEqual([]);
    expect(diff(settings('lsm', 'bpf'), settings('lsm', null))).toEqual([]);
    expect(diff({}, settings('lsm', 'bpf'))).toEqual([]);
  });

  it('tells when auditing is turned off', () => {
    const audit = (enabled: number) => ({ audit: { enabled, lost: 0, backlog: 0 } });
    expect(brief(diff(audit(1), audit(0)))).toEqual(['config-change error: audit_enabled was changed from 1 to 0']);
    expect(brief(diff(audit(0), audit(1)))).toEqual(['config-change warning: audit_enabled was changed from 0 to 1']);
  });

  it('has holders that gain and lose capabilities, but not when the pid is another process', () => {
    const holder = (over: Partial<Process>) => ({ processes: [{ ...PROCESS, ...over }] });
    expect(brief(diff(holder({}), holder({ capabilities: ['cap_bpf', 'cap_sys_admin'] })))).toEqual([
      'capability-change warning: loader (pid 30) gained cap_sys_admin and lost cap_perfmon',
    ]);
    expect(brief(diff(holder({}), holder({ capabilities: [] })))).toEqual([
      'capability-change info: loader (pid 30) lost cap_bpf, cap_perfmon',
    ]);
    expect(diff(holder({}), holder({ capabilities: [], startTime: 8 }))).toEqual([]);
  });
});

describe('two inventories', () => {
  it('of two boots are one note, of two hosts nothing', () => {
    const prog = [bpftoolProgram(1), bpftoolProgram(2)];
    expect(brief(diff({ prog }, { boot: 'b2' }))).toEqual(['config-change info: h was rebooted']);
    expect(diff({ prog }, { boot: 'b2', host: 'other' })).toEqual([]);
    expect(diff({ prog, boot: null }, { host: 'other' })).toEqual([]);
    // A host may change its name while it runs.
    expect(diff({ prog }, { host: 'renamed' })).toHaveLength(2);
  });

  it('are compared only where both looked', () => {
    const full: Partial<Snapshot> = {
      prog: [bpftoolProgram(1)],
      map: [bpftoolMap(1)],
      link: [{ id: 1, type: 'xdp', prog_id: 1 }],
      net: [{ xdp: [{ devname: 'lo', ifindex: 1, id: 1 }] }],
      perf: [{ pid: 1, fd: 2, prog_id: 1, fd_type: 'tracepoint' }],
      settings: { lsm: 'bpf' },
    };
    const { inventory } = toInventory({ ...BASE, ...full });
    const { time, host, boot, kernel, bpftoolVersion, problems } = BASE;
    const blind = toInventory({ time, host, boot, kernel, bpftoolVersion, problems }).inventory;
    expect(diffInventories(inventory, blind)).toEqual([]);
    expect(diffInventories(blind, inventory)).toEqual([]);
  });

  it('give events in the order of cause, by id', () => {
    const events = diff(
      {
        prog: [bpftoolProgram(2), bpftoolProgram(1)],
        map: [bpftoolMap(1)],
        net: [{ xdp: [{ devname: 'lo', ifindex: 1, id: 1 }] }],
      },
      {
        prog: [bpftoolProgram(4), bpftoolProgram(3)],
        map: [bpftoolMap(2)],
        net: [{ xdp: [{ devname: 'lo', ifindex: 1, id: 4 }] }],
      },
    );
    expect(events.map(({ type, details }) => [type, (details.object as JsonObject).id])).toEqual([
      ['program-detach', 1],
      ['program-unload', 1],
      ['program-unload', 2],
      ['map-delete', 1],
      ['map-create', 2],
      ['program-load', 3],
      ['program-load', 4],
      ['program-attach', 4],
    ]);
  });

  it('that are equal give nothing, and each change gives as much back as it took', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 8 });
    const state = fc.record({ programs: some, maps: some, links: some });
    const snapshot = ({ programs, maps, links }: { programs: number[]; maps: number[]; links: number[] }) => ({
      prog: programs.map((id) => bpftoolProgram(id)),
      map: maps.map((id) => bpftoolMap(id)),
      link: links.map((id) => ({ id, type: 'raw_tracepoint', prog_id: id, tp_name: 'x' })),
    });
    const OPPOSITE: { readonly [type: string]: string } = {
      'program-load': 'program-unload',
      'map-create': 'map-delete',
      'program-attach': 'program-detach',
    };
    fc.assert(
      fc.property(state, state, (a, b) => {
        expect(diff(snapshot(a), snapshot(a))).toEqual([]);
        const there = diff(snapshot(a), snapshot(b)).map(({ type, details }) => [
          type,
          (details.object as JsonObject).id,
        ]);
        const back = diff(snapshot(b), snapshot(a)).map(({ type, details }) => {
          const opposite = Object.entries(OPPOSITE).find((pair) => pair.includes(type)) ?? [type, type];
          return [opposite[0] === type ? opposite[1] : opposite[0], (details.object as JsonObject).id];
        });
        expect(there.map(String).sort()).toEqual(back.map(String).sort());
      }),
    );
  });
});
