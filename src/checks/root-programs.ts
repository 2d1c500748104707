import type { CheckDefinition } from '../model/check.ts';

/** Lab 17.3, `check-root-programs`. A program without a loader's uid is undecided: bpftool gives it with load time only. */
export const ROOT_PROGRAMS: CheckDefinition = {
  id: 'check-root-programs',
  name: 'Root-Owned Programs',
  severity: 'warning',
  description: 'Detect programs loaded by root',
  rationale:
    'Since Linux 5.8 a loader needs CAP_BPF and, by program type, CAP_PERFMON or CAP_NET_ADMIN, not root. A loader that runs as root gives whoever takes it over the whole host.',
  remedy:
    'Run the loader as a user of its own with only the capabilities it needs (systemd: User= and AmbientCapabilities=), then load the program again.',
  references: ['capabilities(7): CAP_BPF', 'bpf(2)', 'NIST SP 800-53 AC-6 (bpfwitness mapping)'],
  needs: ['programs'],
  sql: `
SELECT 'program' AS object_kind,
       id AS object_id,
       name AS object_name,
       CASE WHEN uid = 0 THEN 'was loaded by root' ELSE 'was loaded by a user that is not known' END AS message,
       uid IS NULL AS undecided,
       type,
       uid
FROM program
WHERE uid = 0 OR uid IS NULL
ORDER BY id`,
};
