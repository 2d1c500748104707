import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { agentHost } from '../../../src/normalise/agents/agent-events.ts';
import { eventOf, recordOf, unmappedOf } from './read.ts';

function alert(output_fields: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    hostname: 'node-1',
    output: 'Notice BPF Program Not Profiled (...)',
    priority: 'Notice',
    rule: 'BPF Program Not Profiled',
    source: 'syscall',
    tags: ['maturity_incubating'],
    time: '2024-02-10T06:35:44.123456789Z',
    output_fields,
    ...more,
  };
}

const fields: JsonObject = {
  'evt.time': '1707546944123456789',
  'evt.type': 'bpf',
  'evt.arg.cmd': 'BPF_PROG_LOAD',
  'proc.name': 'loader',
  'proc.exepath': '/opt/loader',
  'proc.cmdline': 'loader x.o',
  'proc.pid': 812,
  'user.uid': 0,
  'user.name': 'root',
  'user.loginuid': -1,
  'container.id': 'host',
  'k8s.pod.name': '<NA>',
};

describe('Falco', () => {
  it('keeps its own priority, and does not say that a load worked', () => {
    expect(eventOf('falco', alert(fields))).toMatchObject({
      time: Date.parse('2024-02-10T06:35:44.123Z'),
      type: 'program-load',
      severity: 'info',
      details: {
        summary: 'loader (pid 812, uid 0) tried to load a program',
        object: { kind: 'program' },
        actor: { pid: 812, uid: 0, user: 'root', comm: 'loader', exe: '/opt/loader', args: 'loader x.o' },
        result: { success: null },
        agent: { name: 'falco', rule: 'BPF Program Not Profiled' },
      },
    });
    expect(agentHost(recordOf('falco', alert(fields)))).toBe('node-1');
  });

  it.each([
    ['Emergency', 'critical'],
    ['Error', 'error'],
    ['Warning', 'warning'],
    ['Informational', 'info'],
    ['Debug', 'debug'],
    ['Loud', 'warning'],
  ])('priority %s is %s', (priority, severity) => {
    expect(eventOf('falco', alert(fields, { priority })).severity).toBe(severity);
  });

  it.each<[JsonObject, string, string]>([
    [{ 'evt.res': 'SUCCESS' }, 'program-load', 'loaded a program'],
    [{ 'evt.res': 'EPERM' }, 'access-denied', 'could not load a program: EPERM'],
    [{ 'evt.rawres': -22 }, 'program-load', 'could not load a program: EINVAL'],
    [{ 'evt.arg.cmd': '0' }, 'map-create', 'tried to create a map'],
    [
      { 'evt.arg.cmd': null, 'evt.args': 'fd=-1 cmd=8(BPF_PROG_ATTACH) ' },
      'program-attach',
      'tried to attach a program',
    ],
  ])('%j is %s', (more, type, words) => {
    const event = eventOf('falco', alert({ ...fields, ...more }, { rule: 'Any bpf call' }));
    expect([event.type, event.details.summary]).toEqual([type, `loader (pid 812, uid 0) ${words}`]);
  });

  it('keeps rules about BPF that look at other events, and counts the rest', () => {
    const other = alert({ 'evt.type': 'openat' }, { rule: 'eBPF object file written', priority: 'Critical' });
    expect(eventOf('falco', other)).toMatchObject({ type: 'security-alert', severity: 'critical' });
    expect(unmappedOf('falco', alert({}, { rule: 'Terminal shell in container' }))).toBe(
      'falco Terminal shell in container',
    );
  });

  it('takes the time of the event where the alert has none', () => {
    expect(eventOf('falco', alert(fields, { time: null })).time).toBe(1_707_546_944_123);
  });
});
