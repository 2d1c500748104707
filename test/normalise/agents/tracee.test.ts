import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { eventOf, unmappedOf } from './read.ts';

function old(eventName: string, args: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    timestamp: '1657291487418386123',
    processId: 7,
    hostProcessId: 1893,
    userId: 1000,
    processName: 'loader',
    executable: { path: '/usr/bin/loader' },
    hostName: 'fujitsu',
    container: { id: 'abc' },
    kubernetes: { podName: 'p', podNamespace: 'ns' },
    eventId: '700',
    eventName,
    matchedPolicies: ['', 'bpf-watch'],
    returnValue: 0,
    args: Object.entries(args).map(([name, value]) => ({ name, type: 'int', value })),
    ...more,
  };
}

describe('Tracee before v1beta1', () => {
  it('sees a program attached to a probe', () => {
    const args = {
      prog_type: 'BPF_PROG_TYPE_KPROBE',
      prog_name: 'trace_exec',
      prog_id: 12,
      prog_helpers: ['bpf_probe_read'],
      symbol_name: 'do_execve',
      symbol_addr: 0,
      attach_type: 'kprobe',
    };
    expect(eventOf('tracee', old('bpf_attach', args))).toMatchObject({
      time: 1_657_291_487_418,
      type: 'program-attach',
      severity: 'warning',
      source: 'tracee',
      details: {
        summary: 'loader (pid 1893, uid 1000) attached a program to do_execve: trace_exec (kprobe, id 12)',
        object: { kind: 'program', id: 12, name: 'trace_exec', type: 'kprobe' },
        actor: { pid: 1893, uid: 1000, comm: 'loader', exe: '/usr/bin/loader', container: 'abc', pod: 'ns/p' },
        target: 'do_execve',
        attachType: 'kprobe',
        helpers: ['bpf_probe_read'],
        agent: { name: 'tracee', policy: 'bpf-watch', record: 'bpf_attach' },
      },
    });
    const older = eventOf('tracee', old('bpf_attach', { prog_type: 2, perf_symbol: 'do_execve', perf_type: 0 }));
    expect(older.details).toMatchObject({ target: 'do_execve', attachType: '0', object: { type: 'kprobe' } });
  });

  it('tells a load from a descriptor of a loaded program', () => {
    const args = { type: 'BPF_PROG_TYPE_XDP', name: 'x', id: 3, helpers: [1, 2], load: true };
    // Not root: an error, as it is in the audit log.
    expect(eventOf('tracee', old('security_bpf_prog', args))).toMatchObject({
      type: 'program-load',
      severity: 'error',
      details: { object: { id: 3, name: 'x', type: 'xdp' } },
    });
    const root = old('security_bpf_prog', args, { userId: 0 });
    expect(eventOf('tracee', root).severity).toBe('warning');
    expect(eventOf('tracee', old('security_bpf_prog', { ...args, load: false }))).toMatchObject({
      type: 'map-access',
      severity: 'debug',
    });
  });

  it('reads the call by its command, and its result', () => {
    const failed = old('bpf', { cmd: 'BPF_PROG_LOAD', attr: '0x7ffd', size: 116 }, { returnValue: -1 });
    expect(eventOf('tracee', failed)).toMatchObject({
      type: 'access-denied',
      details: { command: { number: 5 }, result: { success: false, errno: 'EPERM' } },
    });
    expect(eventOf('tracee', old('bpf', { cmd: 0 }, { returnValue: 4 })).details.summary).toBe(
      'loader (pid 1893, uid 1000) created a map',
    );
    // The hook runs before the call: how it ends is not known.
    expect(eventOf('tracee', old('security_bpf', { cmd: 'BPF_MAP_UPDATE_ELEM' }))).toMatchObject({
      type: 'map-access',
      severity: 'info',
      details: { result: { success: null } },
    });
    expect(eventOf('tracee', old('security_bpf_map', { map_id: 5, map_name: 'pids' })).details).toMatchObject({
      object: { kind: 'map', id: 5, name: 'pids' },
    });
  });

  it('keeps detections that are about BPF, and counts the rest', () => {
    const metadata = {
      Description: 'An eBPF program was loaded by an unknown process',
      Properties: { signatureID: 'TRC-X', signatureName: 'eBPF load', Severity: 3 },
    };
    expect(eventOf('tracee', old('suspicious_load', {}, { metadata }))).toMatchObject({
      type: 'security-alert',
      severity: 'error',
      details: { agent: { rule: 'TRC-X' } },
    });
    expect(unmappedOf('tracee', old('openat', {}))).toBe('tracee openat');
    expect(unmappedOf('tracee', old('bpf_attach', {}, { timestamp: 616568205378363 }))).toBe('tracee bpf_attach');
  });
});

describe('Tracee v1beta1', () => {
  const event = (name: string, data: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    timestamp: { seconds: '1732454400', nanos: 123456789 },
    id: name,
    name,
    policies: { matched: ['default-policy'] },
    workload: {
      process: {
        host_pid: { value: 812 },
        pid: { value: 1 },
        real_user: { id: { value: 0 } },
        thread: { name: 'bash' },
        executable: { path: '/usr/bin/bash' },
      },
      container: { id: 'abc' },
      k8s: { pod: { name: 'p' }, namespace: { name: 'ns' } },
    },
    data,
    ...more,
  });

  it('has the same events in another shape', () => {
    const data: JsonObject[] = [
      { name: 'prog_type', str: 'BPF_PROG_TYPE_TRACEPOINT' },
      { name: 'prog_name', str: 'tp' },
      { name: 'prog_id', u_int32: 9 },
      { name: 'prog_helpers', str_array: { value: ['bpf_ktime_get_ns'] } },
      { name: 'symbol_name', str: 'sched:sched_switch' },
    ];
    expect(eventOf('tracee', event('bpf_attach', data))).toMatchObject({
      time: 1_732_454_400_123,
      details: {
        object: { id: 9, name: 'tp', type: 'tracepoint' },
        actor: { pid: 812, uid: 0, comm: 'bash', container: 'abc', pod: 'ns/p' },
        helpers: ['bpf_ktime_get_ns'],
        agent: { policy: 'default-policy' },
      },
    });
    const call = event(
      'bpf',
      [
        { name: 'cmd', int32: 28 },
        { name: 'returnValue', int64: 3 },
      ],
      {
        timestamp: '2024-11-24T13:20:00.5Z',
      },
    );
    expect(eventOf('tracee', call)).toMatchObject({
      time: Date.parse('2024-11-24T13:20:00.500Z'),
      type: 'program-attach',
      details: { result: { success: true } },
    });
  });

  it('reads a threat, and does not take time since boot for a date', () => {
    const threat = { name: 'Hidden eBPF program', description: 'x', severity: 'CRITICAL' };
    expect(eventOf('tracee', event('HIDDEN', [], { threat }))).toMatchObject({ severity: 'critical' });
    expect(unmappedOf('tracee', event('bpf', [], { timestamp: { seconds: 17145 } }))).toBe('tracee bpf');
  });
});
