import type { CheckDefinition } from '../model/check.ts';

/** A dot at the start of a name hides it from ls(1). */
export const ODD_PINS: CheckDefinition = {
  id: 'check-odd-pins',
  name: 'Hidden Pins',
  severity: 'warning',
  description: 'No object is pinned under a hidden name',
  rationale:
    'A pin keeps a program, a map or an attachment alive without a process. Nothing that is meant to be found has a name that listings leave out.',
  remedy: 'Find out who pinned it; remove the pin (rm) once its instructions are kept.',
  references: ['bpftool(8): -f', 'MITRE ATT&CK T1564.001', 'NIST SP 800-53 CM-7 (bpfwitness mapping)'],
  needs: ['programs', 'maps', 'links'],
  discovery: 'SELECT 1 FROM pin',
  sql: `
SELECT kind AS object_kind,
       object_id,
       path AS object_name,
       'is pinned under a hidden name' AS message
FROM pin
WHERE path GLOB '*/.*'
ORDER BY path`,
};
