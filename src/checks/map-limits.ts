import type { CheckDefinition } from '../model/check.ts';

/** Lab 17.3, `check-map-limits`: a map without `max_entries` has no limit. */
export const MAP_LIMITS: CheckDefinition = {
  id: 'check-map-limits',
  name: 'Map Entry Limits',
  severity: 'error',
  description: 'Ensure all maps have entry limits',
  rationale:
    'A map without a limit of its own grows with what it is attached to (sockets, tasks, inodes, cgroups). Whoever can make those makes the kernel use memory for it.',
  remedy:
    'Use a map type with max_entries where that serves. Where local storage is meant, limit what it is attached to (for example with cgroup pids.max) and watch bytes_memlock.',
  references: [
    'bpf(2): BPF_MAP_CREATE, max_entries',
    'https://docs.kernel.org/bpf/maps.html',
    'https://docs.kernel.org/bpf/map_sk_storage.html',
    'NIST SP 800-53 SC-6 (bpfwitness mapping)',
  ],
  needs: ['maps'],
  sql: `
SELECT 'map' AS object_kind,
       id AS object_id,
       name AS object_name,
       'has no limit on its entries' || CASE type
         WHEN 'sk_storage' THEN ': it grows with each socket'
         WHEN 'task_storage' THEN ': it grows with each task'
         WHEN 'inode_storage' THEN ': it grows with each inode'
         WHEN 'cgrp_storage' THEN ': it grows with each cgroup'
         ELSE ''
       END AS message,
       type,
       bytes_memlock
FROM map
WHERE max_entries IS NULL
ORDER BY id`,
};
