import type { CheckDefinition } from '../model/check.ts';

/** Types of attachments to functions and tracepoints. */
const HOOKS =
  "'tracepoint', 'raw_tracepoint', 'kprobe', 'kretprobe', 'kprobe_multi', 'uprobe', 'uretprobe', 'uprobe_multi', 'tracing', 'modify_return'";

/**
 * Patterns of sensitive_target, by GLOB, with the reason for each, against each function of a link to many. Only where
 * functions and tracepoints are hooked: a cgroup's recvmsg hook sees addresses alone. A trampoline is told by the number of its
 * function in the kernel's types, which says nothing by itself.
 */
export const SENSITIVE_TARGETS: CheckDefinition = {
  id: 'check-sensitive-targets',
  name: 'Sensitive Attach Targets',
  severity: 'warning',
  description: 'Nothing is attached where rootkits attach',
  rationale:
    'Whoever sees what getdents64, read, recvmsg or bpf(2) return can change it before it reaches the caller; whoever sits in libpam or libssl reads passwords and plain text.',
  remedy:
    'Find out whose program it is (the detail names the holder and the pin). Tracers attach there as well: except those that are meant to.',
  references: ['MITRE ATT&CK T1014, T1556.003, T1040', 'NIST SP 800-53 SI-4 (bpfwitness mapping)'],
  needs: ['links', 'perf'],
  discovery: 'SELECT 1 FROM attachment',
  sql: `
SELECT 'program' AS object_kind,
       attachment.program_id AS object_id,
       coalesce(program.name, '') AS object_name,
       'is attached to ' || attachment.target || ': ' || sensitive_target.reason AS message,
       0 AS undecided,
       attachment.type,
       attachment.target,
       attachment.key
FROM (
  SELECT key, type, target, program_id FROM attachment
  UNION ALL
  SELECT attachment.key, attachment.type, function.value ->> '$.func', program_id
  FROM attachment, json_each(attachment.raw, '$.funcs') AS function
) AS attachment
JOIN sensitive_target ON attachment.target GLOB sensitive_target.pattern
LEFT JOIN program ON program.id = attachment.program_id
WHERE attachment.type IN (${HOOKS})
GROUP BY attachment.key
UNION ALL
SELECT 'program', attachment.program_id, coalesce(program.name, ''), 'is attached to a function whose name is not known: ' || attachment.target, 1, attachment.type, attachment.target, attachment.key
FROM attachment
LEFT JOIN program ON program.id = attachment.program_id
WHERE attachment.type IN (${HOOKS})
  AND (attachment.target GLOB 'btf *' OR attachment.target GLOB '[0-9]*' OR attachment.target GLOB '0x*' OR (attachment.type = 'kprobe_multi' AND attachment.target GLOB '* functions'))
ORDER BY 2, 8`,
};
