import type { CheckDefinition } from '../model/check.ts';

/**
 * LinkPro and others pin into file systems of their own; container runtimes and Cilium mount some under /run. An empty one at
 * /sys/fs/bpf of another mount namespace is what an init system in a container makes there.
 */
export const BPFFS_MOUNTS: CheckDefinition = {
  id: 'check-bpffs-mounts',
  name: 'BPF File System Mounts',
  severity: 'info',
  description: 'BPF file systems are mounted where they are expected',
  rationale:
    'Objects that are pinned in a file system of their own are not found where people look, and live on without a process.',
  remedy:
    'Find out who mounted it (findmnt, the mount namespaces of processes) and what is pinned there (bpftool -f prog show; in the mount namespace of a process under /proc/PID/root). An agent that needs its own can be excepted.',
  references: ['mount(8)', 'MITRE ATT&CK T1564', 'NIST SP 800-53 CM-7 (bpfwitness mapping)'],
  needs: ['mounts', 'all-mounts'],
  discovery: 'SELECT 1 FROM mount UNION ALL SELECT 1 FROM mount_elsewhere',
  sql: `
SELECT 'mount' AS object_kind,
       NULL AS object_id,
       path AS object_name,
       CASE WHEN covered THEN 'is a BPF file system that another one is mounted over: what is pinned in it is not seen'
            ELSE 'is a BPF file system beside /sys/fs/bpf' END AS message,
       0 AS undecided,
       options
FROM mount
WHERE path <> '/sys/fs/bpf' OR covered
UNION ALL
SELECT 'mount',
       NULL,
       path || ' in ' || mntns,
       'is a BPF file system that only others see, such as ' || comm || ' (process ' || pid || '), '
         || CASE pins WHEN 0 THEN 'with nothing pinned in it' WHEN 1 THEN 'with one object pinned in it'
              ELSE coalesce('with ' || pins || ' objects pinned in it', 'and was not looked into') END,
       pins IS NULL AND path = '/sys/fs/bpf',
       options
FROM mount_elsewhere
WHERE path <> '/sys/fs/bpf' OR pins IS NOT 0
ORDER BY object_name`,
};
