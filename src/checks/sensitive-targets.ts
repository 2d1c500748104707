import type { CheckDefinition } from '../model/check.ts';

/** Types of attachments whose target is the name of a function and how a trampoline is attached to it. */
const TRAMPOLINES = "'tracing', 'modify_return', 'lsm'";

/** Types of attachments to functions and tracepoints. */
const HOOKS = `'tracepoint', 'raw_tracepoint', 'kprobe', 'kretprobe', 'kprobe_multi', 'uprobe', 'uretprobe', 'uprobe_multi', ${TRAMPOLINES}`;

/**
 * Patterns of sensitive_target, by GLOB, with the reason for each, against each function of a link to many. Only where
 * functions and tracepoints are hooked: a cgroup's recvmsg hook sees addresses alone.
 *
 * LSM programs are compared with the patterns of LSM hooks and no others. They are not handed what a system call answers,
 * they decide whether it may be made; to decide is what they are for, and most hooks are those of honest ones (systemd's
 * RestrictFileSystems= is on bpf_lsm_file_open). What is left are the hooks that decide whether somebody may look for a
 * program, or end the process that holds it. A fmod_ret program on a function security_x decides the same as one on the
 * hook bpf_lsm_x, so it is compared as both; others that are attached there only see who asks.
 *
 * A trampoline whose function has no name is left open: bpftool before 7.3 tells none, and of LSM programs of a cgroup only
 * `cgroup tree` tells the hook.
 */
export const SENSITIVE_TARGETS: CheckDefinition = {
  id: 'check-sensitive-targets',
  name: 'Sensitive Attach Targets',
  severity: 'warning',
  description: 'Nothing is attached where rootkits attach',
  rationale:
    'Whoever sees what getdents64, read, recvmsg or bpf(2) return can change it before it reaches the caller; whoever decides about bpf(2) and ptrace can refuse to be looked for; whoever sits in libpam or libssl reads passwords and plain text.',
  remedy:
    'Find out whose program it is (the detail names the holder and the pin). Tracers attach there as well: except those that are meant to.',
  references: ['MITRE ATT&CK T1014, T1556.003, T1040', 'NIST SP 800-53 SI-4 (bpfwitness mapping)'],
  needs: ['links', 'perf'],
  discovery: 'SELECT 1 FROM attachment',
  sql: `
WITH hook AS (
  SELECT key, type, target, program_id, raw,
         CASE
           WHEN target GLOB 'btf *' OR target GLOB '[0-9]*' OR target GLOB '0x*' THEN NULL
           WHEN type = 'kprobe_multi' AND target GLOB '* functions' THEN NULL
           WHEN type NOT IN (${TRAMPOLINES}) THEN target
           WHEN target GLOB '*lsm_cgroup' THEN raw ->> '$.attach_btf_name'
           WHEN raw ->> '$.target_btf_id' IS NULL THEN NULL
           ELSE substr(target, 1, instr(target || ' ', ' ') - 1)
         END AS function
  FROM attachment
  WHERE type IN (${HOOKS})
),
place AS (
  SELECT key, type, target, program_id, function, function AS alias FROM hook
  UNION ALL
  SELECT key, type, target, program_id, function, 'bpf_lsm_' || substr(function, length('security_') + 1)
  FROM hook
  WHERE type = 'modify_return' AND function GLOB 'security_*'
  UNION ALL
  SELECT hook.key, hook.type, each.value ->> '$.func', program_id, each.value ->> '$.func', each.value ->> '$.func'
  FROM hook, json_each(hook.raw, '$.funcs') AS each
)
SELECT 'program' AS object_kind,
       place.program_id AS object_id,
       coalesce(program.name, '') AS object_name,
       'is attached to ' || place.function || ': ' || sensitive_target.reason AS message,
       0 AS undecided,
       place.type,
       place.target,
       place.key
FROM place
JOIN sensitive_target ON place.alias GLOB sensitive_target.pattern
  AND (place.type <> 'lsm' OR sensitive_target.pattern GLOB 'bpf_lsm_*')
LEFT JOIN program ON program.id = place.program_id
GROUP BY place.key
UNION ALL
SELECT 'program', hook.program_id, coalesce(program.name, ''), 'is attached to a function whose name is not known: ' || hook.target, 1, hook.type, hook.target, hook.key
FROM hook
LEFT JOIN program ON program.id = hook.program_id
WHERE hook.function IS NULL
ORDER BY 2, 8`,
};
