import type { CheckDefinition } from '../model/check.ts';

/** Maps that refuse a new entry when they are full; bpftool lists no count, so they are only dumped when that is asked for. */
export const MAP_ENTRIES: CheckDefinition = {
  id: 'check-map-entries',
  name: 'Map Entry Pressure',
  severity: 'warning',
  description: 'No map is nearly full',
  rationale:
    'A hash that is full refuses new entries (E2BIG), and most programs pass over that: a policy that is not enforced, a connection that is not seen, an event that is lost. Who can make entries can make it so.',
  remedy:
    'Find out what fills it (bpftool map dump id ID), and give it more entries, an lru_hash, or a program that says when it is full. Counting needs --count-entries.',
  references: ['bpf-helpers(7): bpf_map_update_elem', 'NIST SP 800-53 SC-5, AU-5 (bpfwitness mapping)'],
  needs: ['maps', 'map-entries'],
  discovery: "SELECT 1 FROM map WHERE type IN ('hash', 'percpu_hash', 'lpm_trie', 'hash_of_maps')",
  sql: `
SELECT 'map' AS object_kind,
       id AS object_id,
       name AS object_name,
       CASE WHEN entries IS NULL THEN 'has entries that were not counted, of ' || max_entries || ' at most'
            ELSE 'has ' || entries || ' of ' || max_entries || ' entries' END AS message,
       entries IS NULL AS undecided,
       type,
       entries,
       max_entries
FROM map
WHERE type IN ('hash', 'percpu_hash', 'lpm_trie', 'hash_of_maps')
  AND (entries IS NULL OR entries * 100 >= max_entries * (SELECT value FROM parameter WHERE name = 'map_fullest_percent'))
ORDER BY id`,
};
