import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { agentHost } from '../../../src/normalise/agents/agent-events.ts';
import { eventOf, recordOf, unmappedOf } from './read.ts';

const base: JsonObject = {
  k8s: { node: 'minikube', namespace: 'default', podName: 'mypod', containerName: 'c' },
  runtime: { containerId: 'abc', containerName: 'c' },
  proc: { comm: 'loader', pid: 812, tid: 812, creds: { uid: 0, gid: 0 }, parent: { comm: 'sh', pid: 1 } },
  timestamp: '2024-08-01T15:57:47.208570604+02:00',
};

describe('Inspektor Gadget', () => {
  it('sees a right that was asked for and is not there', () => {
    const value = { ...base, cap: 'CAP_BPF', cap_raw: 39, capable: false, audit: 1, syscall: 'SYS_BPF' };
    expect(eventOf('ig', value)).toMatchObject({
      time: Date.parse('2024-08-01T13:57:47.208Z'),
      type: 'access-denied',
      severity: 'error',
      details: {
        summary: 'loader (pid 812, uid 0) does not have CAP_BPF, which was asked for',
        actor: { pid: 812, ppid: 1, uid: 0, comm: 'loader', container: 'abc', pod: 'default/mypod' },
      },
    });
    expect(agentHost(recordOf('ig', value))).toBe('minikube');
    expect(unmappedOf('ig', { ...value, capable: true })).toBe('ig trace_capabilities');
    expect(unmappedOf('ig', { ...value, cap: 'CAP_SYS_NICE', syscall: 'SYS_SETPRIORITY' })).toBe(
      'ig trace_capabilities',
    );
  });

  it.each([
    ['SECCOMP_RET_KILL_THREAD', 'policy-violation', 'error'],
    ['SECCOMP_RET_ERRNO', 'access-denied', 'error'],
    ['SECCOMP_RET_LOG', 'policy-violation', 'warning'],
  ])('%s for bpf(2) is %s', (code, type, severity) => {
    expect(eventOf('ig', { ...base, code, syscall: 'SYS_BPF' })).toMatchObject({ type, severity });
    expect(unmappedOf('ig', { ...base, code, syscall: 'SYS_UNSHARE' })).toBe('ig audit_seccomp');
  });

  it('reads a call of bpf(2) by its parameters', () => {
    const value = {
      ...base,
      syscall: 'bpf',
      parameters: 'cmd=5, uattr=140735, size=148',
      ret: '-1 (Operation not permitted)',
    };
    expect(eventOf('ig', value)).toMatchObject({
      type: 'program-load',
      details: { summary: 'loader (pid 812, uid 0) could not load a program: it failed', command: { number: 5 } },
    });
    expect(unmappedOf('ig', { ...value, syscall: 'brk' })).toBe('ig traceloop');
  });

  it('has no time where its clock starts with the boot', () => {
    const flat = { comm: 'x', pid: 5, uid: 0, mntns_id: 4026531841, loginuid: 1001, cap: 'CAP_BPF', capable: false };
    expect(unmappedOf('ig', { ...flat, timestamp: 17145168898503 })).toBe('ig trace_capabilities');
    expect(eventOf('ig', { ...flat, timestamp: '1709054805960000000' })).toMatchObject({
      time: 1_709_054_805_960,
      details: { actor: { auid: 1001, comm: 'x' } },
    });
  });

  it('counts what only lists', () => {
    expect(unmappedOf('ig', { ...base, args: 'ls', args_count: 1 })).toBe('ig trace_exec');
    expect(unmappedOf('ig', { ...base, progID: 5, runcount: 1 })).toBe('ig bpfstats');
  });
});
