import type { CheckDefinition } from '../model/check.ts';

/**
 * bytes_memlock is what the kernel charges for a map. bpftool before 6.8 wraps it at 4 GiB: what is negative is
 * not known.
 */
export const MAP_MEMORY: CheckDefinition = {
  id: 'check-map-memory',
  name: 'Map Memory',
  severity: 'warning',
  description: 'Maps take no more memory than they may',
  rationale:
    "Memory of maps is the kernel's: it cannot be swapped out, and is taken from everybody. One map that was made too large is enough.",
  remedy:
    "Make the map as large as it needs to be (max_entries), with BPF_F_NO_PREALLOC where it is mostly empty, and limit the loader's cgroup (memory.max).",
  references: ['https://docs.kernel.org/bpf/maps.html', 'NIST SP 800-53 SC-6 (bpfwitness mapping)'],
  needs: ['maps'],
  discovery: 'SELECT 1 FROM map',
  sql: `
SELECT 'map' AS object_kind,
       id AS object_id,
       name AS object_name,
       'takes ' || bytes_memlock || ' bytes, and ' || (SELECT value FROM parameter WHERE name = 'map_most_bytes') || ' is the most for one map' AS message,
       0 AS undecided,
       type,
       bytes_memlock,
       max_entries
FROM map
WHERE bytes_memlock > (SELECT value FROM parameter WHERE name = 'map_most_bytes')
UNION ALL
SELECT 'map', id, name, 'takes memory of which the size is not known', 1, type, NULL, max_entries
FROM map
WHERE bytes_memlock IS NULL
UNION ALL
SELECT 'host', NULL, 'all maps together', 'take ' || sum(bytes_memlock) || ' bytes, and ' || (SELECT value FROM parameter WHERE name = 'maps_most_bytes') || ' is the most', 0, NULL, sum(bytes_memlock), NULL
FROM map
HAVING sum(bytes_memlock) > (SELECT value FROM parameter WHERE name = 'maps_most_bytes')
ORDER BY object_id`,
};
