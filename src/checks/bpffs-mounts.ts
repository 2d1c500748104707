import type { CheckDefinition } from '../model/check.ts';

/** LinkPro and others pin into file systems of their own; container runtimes and Cilium mount some under /run. */
export const BPFFS_MOUNTS: CheckDefinition = {
  id: 'check-bpffs-mounts',
  name: 'BPF File System Mounts',
  severity: 'info',
  description: 'BPF file systems are mounted where they are expected',
  rationale:
    'Objects that are pinned in a file system of their own are not found where people look, and live on without a process.',
  remedy:
    'Find out who mounted it (findmnt, the mount namespaces of processes) and what is pinned there (bpftool -f prog show). An agent that needs its own can be excepted.',
  references: ['mount(8)', 'MITRE ATT&CK T1564', 'NIST SP 800-53 CM-7 (bpfwitness mapping)'],
  needs: ['mounts'],
  discovery: 'SELECT 1 FROM mount',
  sql: `
SELECT 'mount' AS object_kind,
       NULL AS object_id,
       path AS object_name,
       'is a BPF file system beside /sys/fs/bpf' AS message,
       options
FROM mount
WHERE path <> '/sys/fs/bpf'
ORDER BY path`,
};
