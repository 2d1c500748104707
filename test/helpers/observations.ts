import type { JsonObject } from '../../src/model/json.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';

/** A program as bpftool lists it. */
export function bpftoolProgram(id: number, over: JsonObject = {}): JsonObject {
  return {
    id,
    type: 'xdp',
    name: `prog_${id}`,
    tag: 'a04f5eef06a7f555',
    gpl_compatible: true,
    loaded_at: 1_700_000_000,
    uid: 1000,
    bytes_xlated: 16,
    jited: true,
    bytes_jited: 20,
    bytes_memlock: 4096,
    ...over,
  };
}

/** A map as bpftool lists it. */
export function bpftoolMap(id: number, over: JsonObject = {}): JsonObject {
  return {
    id,
    type: 'hash',
    name: `map_${id}`,
    flags: 0,
    bytes_key: 4,
    bytes_value: 8,
    max_entries: 64,
    bytes_memlock: 4096,
    frozen: 0,
    ...over,
  };
}

/** A snapshot of programs and maps at `time` (ms), everything else not looked at. */
export function snapshotAt(time: number, over: Partial<Snapshot> = {}): Observation {
  const snapshot: Snapshot = {
    time,
    host: 'testhost',
    boot: 'boot-1',
    kernel: '6.18.0',
    bpftoolVersion: '7.1.0',
    prog: [],
    map: [],
    problems: [],
    ...over,
  };
  return { kind: 'snapshot', time, snapshot };
}

/** An audit record group of a program that was loaded by `comm`. */
export function auditLoad(time: number, serial: number, programId: number, comm = 'loader'): Observation {
  const at = `audit(${(time / 1000).toFixed(3)}:${serial})`;
  const lines = [
    `type=SYSCALL msg=${at}: arch=c000003e syscall=321 success=yes exit=5 a0=5 a1=7ffd a2=90 a3=0 items=0 ppid=1 pid=4242 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="${comm}" exe="/usr/bin/${comm}" key="bpf"`,
    `type=BPF msg=${at}: prog-id=${programId} op=LOAD`,
  ];
  return auditGroup(time, serial, lines);
}

/** An audit record group of the unload of a program. */
export function auditUnload(time: number, serial: number, programId: number): Observation {
  const at = `audit(${(time / 1000).toFixed(3)}:${serial})`;
  return auditGroup(time, serial, [`type=BPF msg=${at}: prog-id=${programId} op=UNLOAD`]);
}

/** An audit record group of a bpf(2) PROG_LOAD that was refused. */
export function auditDenied(time: number, serial: number, comm = 'evil'): Observation {
  const at = `audit(${(time / 1000).toFixed(3)}:${serial})`;
  return auditGroup(time, serial, [
    `type=SYSCALL msg=${at}: arch=c000003e syscall=321 success=no exit=-1 a0=5 a1=7ffd a2=90 a3=0 items=0 ppid=1 pid=4343 auid=1001 uid=1001 gid=0 euid=1001 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="${comm}" exe="/tmp/${comm}" key="bpf"`,
  ]);
}

function auditGroup(time: number, serial: number, lines: readonly string[]): Observation {
  return {
    kind: 'audit',
    time,
    group: {
      time,
      serial,
      node: null,
      origin: '/var/log/audit/audit.log',
      records: lines.map((text, i) => ({
        type: /type=(\S+)/.exec(text)?.[1] ?? '',
        text,
        line: serial * 10 + i,
        offset: 0,
      })),
    },
  };
}
