import type { CheckDefinition } from '../model/check.ts';

/** kernel/bpf/syscall.c, bpf_stats_handler: run counts and times of all programs are kept while it is on. */
export const BPF_STATS: CheckDefinition = {
  id: 'check-bpf-stats',
  name: 'Run Statistics',
  severity: 'info',
  description: 'Run statistics are off',
  rationale:
    'Statistics cost time at each run of each program, and tell how often the programs of others ran. They are for measuring, and are easily left on.',
  remedy: 'Set kernel.bpf_stats_enabled = 0 when the measurement is over.',
  references: ['https://docs.kernel.org/admin-guide/sysctl/kernel.html (bpf_stats_enabled)'],
  needs: ['settings'],
  discovery: "SELECT 1 FROM setting WHERE name = 'kernel.bpf_stats_enabled'",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       name AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is on: the kernel measures each run of a program' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'kernel.bpf_stats_enabled' AND (value IS NULL OR value <> '0')`,
};
