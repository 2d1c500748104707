import type { ActorLike } from './actor-details.ts';

/** Programs that watch a host by BPF: one that goes away may leave it unwatched. */
const AGENTS: ReadonlySet<string> = new Set([
  ...[
    'tetragon',
    'tracee',
    'tracee-ebpf',
    'falco',
    'kunai',
    'ig',
    'gadgettracerman',
    'sysdig',
    'osqueryd',
    'bpfwitness',
  ],
  ...[
    'falcon-sensor',
    'falcon-sensor-bpf',
    'elastic-endpoint',
    'auditbeat',
    'packetbeat',
    'system-probe',
    'wdavdaemon',
  ],
]);

/** True when a process is one by its name: of its executable or, where that is not known, its own. */
export function isSecurityAgent({ exe, comm }: ActorLike): boolean {
  const name = typeof exe === 'string' ? exe.slice(exe.lastIndexOf('/') + 1) : comm;
  return typeof name === 'string' && AGENTS.has(name.replace(/ \(deleted\)$/, ''));
}
