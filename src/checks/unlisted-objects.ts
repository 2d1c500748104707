import type { CheckDefinition } from '../model/check.ts';

/**
 * From two looks in a row on, or from one where the saved listing is whole (docs/decisions/021): in one alone an object may have come or gone between two listings
 * (normalise/unlisted.ts). From three for symbols, which have no id to know them again by (normalise/unlisted-symbols.ts).
 */
export const UNLISTED_OBJECTS: CheckDefinition = {
  id: 'check-unlisted-objects',
  name: 'Hidden Objects',
  severity: 'critical',
  description: 'Each object that anything refers to is listed',
  rationale:
    'Rootkits rewrite what bpf(2) answers about ids and forget what else names them: links, network devices, maps of programs, open files, the symbols of programs in /proc/kallsyms. What one view shows and another hides is hidden on purpose.',
  remedy:
    'Trust no tool on this host any more. Capture it (bpfwitness capture), compare with what fdinfo and a memory image show, and isolate it.',
  references: ['MITRE ATT&CK T1014, T1564', 'NIST SP 800-53 SI-4, SI-7 (bpfwitness mapping)'],
  needs: ['programs', 'maps', 'links'],
  sql: `
SELECT kind AS object_kind,
       object_id,
       '' AS object_name,
       CASE WHEN looks > 1 THEN 'is not listed, and ' || seen_in || CASE WHEN instr(seen_in, ', ') > 0 THEN ' show it' ELSE ' shows it' END
            WHEN lacked_by IS NOT NULL THEN 'is not in the whole listing ' || lacked_by || ', and ' || seen_in || CASE WHEN instr(seen_in, ', ') > 0 THEN ' name it' ELSE ' names it' END || '; a second look at saved files is not possible'
            ELSE 'was not listed in the last look, while ' || seen_in || ' showed it: one look alone does not tell' END AS message,
       looks < 2 AND lacked_by IS NULL AS undecided,
       seen_in,
       looks
FROM unlisted
UNION ALL
SELECT 'symbol', NULL, name, 'is in /proc/kallsyms, and no program with this tag is listed', looks < 3, '/proc/kallsyms', looks
FROM unlisted_symbol
WHERE explained = 0 AND name IS NOT NULL
UNION ALL
SELECT 'host', NULL, '', 'does not show the functions of programs in /proc/kallsyms any more, and did earlier in this boot', 1, '/proc/kallsyms', looks
FROM unlisted_symbol
WHERE name IS NULL
UNION ALL
SELECT 'host',
       NULL,
       '',
       'has ' || count(*) || ' functions of programs in /proc/kallsyms of which ' || max(explained) || ' are of listed ones: '
         || (SELECT group_concat(name, ', ') FROM (SELECT name FROM unlisted_symbol WHERE name IS NOT NULL ORDER BY name LIMIT 5)) || CASE WHEN count(*) > 5 THEN ', ...' ELSE '' END,
       looks < 3,
       '/proc/kallsyms',
       looks
FROM unlisted_symbol
WHERE explained > 0 AND name IS NOT NULL
HAVING count(*) > 0
UNION ALL
SELECT 'host', NULL, '', 'did not list its ' || name || ' at the last look', 1, NULL, NULL
FROM section
WHERE name IN ('programs', 'maps', 'links') AND NOT fresh
ORDER BY object_kind, object_id`,
};
