import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { eventOf, unmappedOf } from './read.ts';

const process: JsonObject = {
  exec_id: 'a2luZA==',
  pid: 812,
  uid: 0,
  binary: '/opt/tools/loader',
  arguments: 'prog list',
  auid: 4294967295,
  pod: { namespace: 'default', name: 'xwing', container: { id: 'containerd://cfb9', name: 'spaceship' } },
};

function kprobe(function_name: string, args: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    process_kprobe: { process, function_name, args, action: 'KPROBE_ACTION_POST', policy_name: 'bpf', ...more },
    node_name: 'node-1',
    time: '2023-11-01T02:56:54.926403604Z',
  };
}

describe('Tetragon', () => {
  it('sees a load in the verifier', () => {
    const arg = { bpf_attr_arg: { ProgType: 'BPF_PROG_TYPE_SOCKET_FILTER', InsnCnt: 2, ProgName: 'probe' } };
    expect(eventOf('tetragon', kprobe('bpf_check', [arg]))).toEqual({
      time: Date.parse('2023-11-01T02:56:54.926Z'),
      type: 'program-load',
      severity: 'warning',
      source: 'tetragon',
      host: 'host1',
      details: {
        summary: 'loader (pid 812, uid 0) loaded a program: probe (socket_filter)',
        object: { kind: 'program', name: 'probe', type: 'socket_filter', instructions: 2 },
        actor: {
          pid: 812,
          uid: 0,
          comm: 'loader',
          exe: '/opt/tools/loader',
          args: 'prog list',
          container: 'containerd://cfb9',
          pod: 'default/xwing',
        },
        agent: { name: 'tetragon', policy: 'bpf', record: 'process_kprobe bpf_check' },
      },
      evidence: [expect.objectContaining({ origin: 'f.json', line: 3, offset: 99 })],
    });
  });

  it.each([
    ['security_bpf_map_alloc', 'map-create', 'info'],
    ['security_bpf_map_create', 'map-create', 'info'],
    ['security_bpf_prog_load', 'program-load', 'warning'],
    ['bpf_link_settle', 'program-attach', 'warning'],
    ['bpf_link_free', 'program-detach', 'warning'],
    ['bpf_xdp_link_attach', 'program-attach', 'warning'],
    ['bpf_tracing_prog_attach', 'program-attach', 'warning'],
    ['cgroup_bpf_prog_detach', 'program-detach', 'warning'],
    ['security_perf_event_alloc', 'program-attach', 'warning'],
    ['security_bpf_map', 'map-access', 'debug'],
    ['security_bpf_prog_free', 'program-unload', 'info'],
  ])('%s is %s', (name, type, severity) => {
    expect(eventOf('tetragon', kprobe(name, []))).toMatchObject({ type, severity });
  });

  it('says what a map is', () => {
    const arg = {
      bpf_map_arg: { MapType: 'BPF_MAP_TYPE_HASH', KeySize: 4, ValueSize: 8, MaxEntries: 10, MapName: 'pids' },
    };
    expect(eventOf('tetragon', kprobe('security_bpf_map_create', [arg])).details).toMatchObject({
      summary: 'loader (pid 812, uid 0) created a map: pids (hash)',
      object: { kind: 'map', name: 'pids', type: 'hash', keySize: 4, valueSize: 8, maxEntries: 10 },
    });
  });

  it('tells a probe from a counter', () => {
    const event = (Type: string) =>
      eventOf('tetragon', kprobe('security_perf_event_alloc', [{ perf_event_arg: { Type } }]));
    expect(event('PERF_TYPE_TRACEPOINT').severity).toBe('warning');
    expect(event('PERF_TYPE_SOFTWARE').severity).toBe('info');
  });

  it.each([
    ['__x64_sys_bpf', { int_arg: 5 }, 'program-load', 'tried to load a program'],
    ['security_bpf', { bpf_cmd_arg: 'BPF_LINK_CREATE' }, 'program-attach', 'tried to attach a program by a link'],
    ['__arm64_sys_bpf', { size_arg: '9' }, 'program-detach', 'tried to detach a program'],
  ])('%s is told by its command', (name, arg, type, words) => {
    const { details, type: found } = eventOf('tetragon', kprobe(name, [arg]));
    expect([found, details.summary]).toEqual([type, `loader (pid 812, uid 0) ${words}`]);
  });

  it('says that a call failed where it returned an error', () => {
    const value = kprobe('__x64_sys_bpf', [{ int_arg: 5 }], { return: { int_arg: -1 } });
    expect(eventOf('tetragon', value)).toMatchObject({
      type: 'access-denied',
      severity: 'error',
      details: { result: { success: false, errno: 'EPERM' }, command: { name: 'BPF_PROG_LOAD' } },
    });
    expect(eventOf('tetragon', kprobe('bpf_check', [], { return: { int_arg: -22 } })).details.summary).toBe(
      'loader (pid 812, uid 0) could not load a program: EINVAL',
    );
  });

  it('reads LSM hooks and tracepoints alike', () => {
    const { time, node_name } = kprobe('', []);
    const hook = {
      process_lsm: { process, function_name: 'bpf_prog_load', args: [] },
      time: time ?? '',
      node_name: node_name ?? '',
    };
    expect(eventOf('tetragon', hook).type).toBe('program-load');
    const tracepoint = {
      process_tracepoint: { process, subsys: 'syscalls', event: 'sys_enter_bpf', args: [{ uint_arg: 0 }] },
      time: time ?? '',
    };
    expect(eventOf('tetragon', tracepoint)).toMatchObject({ type: 'map-create' });
  });

  it('sees files that objects are pinned to', () => {
    const args: JsonObject[] = [{ file_arg: { path: '/sys/fs/bpf/ip/globals' } }, { int_arg: 2 }];
    expect(eventOf('tetragon', kprobe('security_file_permission', args))).toMatchObject({
      type: 'map-access',
      severity: 'info',
      details: { object: { kind: 'pin', name: '/sys/fs/bpf/ip/globals' } },
    });
    expect(unmappedOf('tetragon', kprobe('security_file_permission', [{ file_arg: { path: '/sys/fs/bpfx' } }]))).toBe(
      'tetragon process_kprobe security_file_permission',
    );
  });

  it.each(['KPROBE_ACTION_SIGKILL', 'KPROBE_ACTION_OVERRIDE'])('%s is a violated policy', (action) => {
    const value = kprobe('__x64_sys_bpf', [{ int_arg: 5 }], { action, message: 'no loads here' });
    expect(eventOf('tetragon', value)).toMatchObject({
      type: 'policy-violation',
      severity: 'error',
      details: { object: { kind: 'program' }, agent: { policy: 'bpf', rule: 'no loads here' } },
    });
    expect(eventOf('tetragon', kprobe('sys_write', [], { action })).type).toBe('policy-violation');
  });

  it('counts what is about something else, and what has no time', () => {
    const exec = { process_exec: { process }, node_name: 'n', time: '2023-11-01T02:56:54.926403604Z' };
    expect(unmappedOf('tetragon', exec)).toBe('tetragon process_exec');
    expect(unmappedOf('tetragon', kprobe('fd_install', []))).toBe('tetragon process_kprobe fd_install');
    expect(unmappedOf('tetragon', { ...kprobe('bpf_check', []), time: '12:00' })).toBe(
      'tetragon process_kprobe bpf_check',
    );
  });
});
