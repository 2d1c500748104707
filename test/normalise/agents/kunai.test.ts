import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { agentHost } from '../../../src/normalise/agents/agent-events.ts';
import { eventOf, recordOf, unmappedOf } from './read.ts';

function kunai(name: string, id: number, data: JsonObject): JsonObject {
  return {
    data: { command_line: 'kunai run', exe: { path: '/usr/bin/kunai' }, ...data },
    info: {
      host: { hostname: 'box', container: null },
      event: { source: 'kunai', id, name, uuid: '40bfeefc-b429-0411-6286-1ceb5ea630b5', batch: 38 },
      task: { name: 'kunai', pid: 13, tgid: 12, uid: 0, gid: 0 },
      parent_task: { name: 'sh', pid: 1, tgid: 1 },
      utc_time: '2024-02-12T21:58:18.287709663Z',
    },
  };
}

const load: JsonObject = {
  id: 3867,
  prog_type: { id: 2, name: 'kprobe' },
  tag: '1cf73c91aee8b608',
  attached_func: '',
  name: 'clone.enter.sec',
  bpf_prog: { sha256: '8ff6', size: 15096 },
  verified_insns: 74814,
  loaded: true,
};

describe('Kunai', () => {
  it('sees a load with what was loaded', () => {
    const value = kunai('bpf_prog_load', 21, load);
    expect(eventOf('kunai', value)).toMatchObject({
      time: Date.parse('2024-02-12T21:58:18.287Z'),
      type: 'program-load',
      severity: 'warning',
      details: {
        summary: 'kunai (pid 12, uid 0) loaded a program: clone.enter.sec (kprobe)',
        object: {
          kind: 'program',
          id: 3867,
          name: 'clone.enter.sec',
          type: 'kprobe',
          tag: '1cf73c91aee8b608',
          sha256: '8ff6',
        },
        actor: { pid: 12, ppid: 1, uid: 0, comm: 'kunai', exe: '/usr/bin/kunai', args: 'kunai run' },
        result: { success: true },
      },
    });
    expect(agentHost(recordOf('kunai', value))).toBe('box');
  });

  it('says that a load failed', () => {
    expect(eventOf('kunai', kunai('bpf_prog_load', 21, { ...load, loaded: false })).details).toMatchObject({
      summary: 'kunai (pid 12, uid 0) could not load a program: it failed: clone.enter.sec (kprobe)',
      result: { success: false },
    });
  });

  it.each(['bpf_socket_filter', 'bpf_socket_filter_attached'])('sees %s', (name) => {
    const socket = { domain: 'AF_PACKET', type: 'SOCK_RAW', proto: 'IP' };
    const value = kunai(name, 22, {
      exe: '/usr/bin/tcpdump',
      socket,
      filter: { sha256: '23d7', len: 1 },
      attached: true,
    });
    expect(eventOf('kunai', value)).toMatchObject({
      type: 'program-attach',
      severity: 'warning',
      details: {
        summary: 'kunai (pid 12, uid 0) attached a socket filter (AF_PACKET SOCK_RAW IP)',
        object: { kind: 'filter', type: 'socket_filter', sha256: '23d7' },
        actor: { exe: '/usr/bin/tcpdump' },
      },
    });
  });

  it('counts the rest', () => {
    expect(unmappedOf('kunai', kunai('execve', 1, {}))).toBe('kunai execve');
  });
});
