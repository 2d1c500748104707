import type { CheckDefinition } from '../model/check.ts';

/**
 * Lab 17.3, `check-helper-whitelist`: one row for each program and helper that is not in `allowed_helper`. A program
 * whose instructions could not be read is undecided.
 */
export const HELPER_WHITELIST: CheckDefinition = {
  id: 'check-helper-whitelist',
  name: 'Helper Whitelist',
  severity: 'error',
  description: 'Check programs use only approved helpers',
  rationale:
    'Helpers are all that a program can do to the kernel and to other processes. The rootkits known today need a few of them: bpf_probe_write_user, bpf_override_return, bpf_send_signal.',
  remedy:
    'Find out who loaded the program and why it needs the helper. If it is legitimate, approve the helper; if not, detach the program and keep its instructions (bpftool prog dump xlated id ID).',
  references: [
    'bpf-helpers(7)',
    'bpftool-prog(8): dump xlated',
    'MITRE ATT&CK T1014',
    'NIST SP 800-53 CM-7 (bpfwitness mapping)',
  ],
  needs: ['programs', 'helpers'],
  sql: `
SELECT 'program' AS object_kind,
       program.id AS object_id,
       program.name AS object_name,
       'calls ' || program_helper.helper AS message,
       0 AS undecided,
       program_helper.helper AS helper
FROM program
JOIN program_helper ON program_helper.program_id = program.id
WHERE program_helper.helper NOT IN (SELECT name FROM allowed_helper)
UNION ALL
SELECT 'program', id, name, 'calls helpers that could not be read', 1, NULL
FROM program
WHERE helpers_known = 0
ORDER BY object_id, helper`,
};
