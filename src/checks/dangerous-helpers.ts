import type { CheckDefinition } from '../model/check.ts';

/** Rows of dangerous_helper say what each one can do; the lab's list of allowed ones is another check. */
export const DANGEROUS_HELPERS: CheckDefinition = {
  id: 'check-dangerous-helpers',
  name: 'Dangerous Helpers',
  severity: 'error',
  description: 'No program changes what others see or do',
  rationale:
    'These few helpers are what rootkits are made of: they overwrite what a process reads, make kernel functions return without running, and send signals.',
  remedy:
    'Find out who loaded the program and why it needs the helper. If nobody can say, keep its instructions (bpftool prog dump xlated id ID), then detach it.',
  references: ['bpf-helpers(7)', 'MITRE ATT&CK T1014', 'NIST SP 800-53 CM-7 (bpfwitness mapping)'],
  needs: ['programs', 'helpers'],
  discovery: 'SELECT 1 FROM program',
  sql: `
SELECT 'program' AS object_kind,
       program.id AS object_id,
       program.name AS object_name,
       'calls ' || dangerous_helper.name || ', which ' || dangerous_helper.reason AS message,
       0 AS undecided,
       dangerous_helper.name AS helper,
       program.type,
       program.tag
FROM program
JOIN program_helper ON program_helper.program_id = program.id
JOIN dangerous_helper ON dangerous_helper.name = program_helper.helper
UNION ALL
SELECT 'program', id, name, 'calls helpers that could not be read', 1, NULL, type, tag
FROM program
WHERE helpers_known = 0
ORDER BY object_id, helper`,
};
