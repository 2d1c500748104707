import type { CheckDefinition } from '../model/check.ts';

/**
 * A program lives while something refers to it: a descriptor, a pin, an attachment, a slot of a prog_array,
 * another program it extends.
 */
export const OWNERLESS_PROGRAMS: CheckDefinition = {
  id: 'check-ownerless-programs',
  name: 'Programs Kept by Nobody',
  severity: 'warning',
  description: 'For each program it is seen what keeps it',
  rationale:
    'The kernel frees a program that nothing refers to. One that is there all the same is kept by something that is not shown, which is what hiding looks like from outside.',
  remedy:
    'Look again with --cgroups, then look for holders: hidden processes, sockets with a filter (ss -0bp), tail-call maps (bpftool map dump).',
  references: ['kernel/bpf/syscall.c: bpf_prog_put', 'MITRE ATT&CK T1564', 'NIST SP 800-53 SI-4 (bpfwitness mapping)'],
  needs: ['programs', 'links', 'net', 'perf', 'processes'],
  discovery: 'SELECT 1 FROM program',
  sql: `
SELECT 'program' AS object_kind,
       id AS object_id,
       name AS object_name,
       CASE WHEN is_cgroup THEN 'has no holder that was looked for: cgroups were not listed'
            WHEN is_net THEN 'has no holder that was looked for: not all network namespaces were looked at'
            WHEN has_tail_calls THEN 'has no holder but perhaps a tail-call map'
            WHEN type = 'socket_filter' THEN 'has no holder but perhaps a socket'
            ELSE 'is kept by nothing that is seen' END AS message,
       is_cgroup OR is_net OR has_tail_calls OR type = 'socket_filter' AS undecided,
       type,
       tag
FROM (
  SELECT program.*,
         (type LIKE 'cgroup%' OR type IN ('sock_ops', 'lsm')) AND NOT EXISTS (SELECT 1 FROM section WHERE name = 'cgroups') AS is_cgroup,
         type IN ('xdp', 'sched_cls', 'sched_act', 'flow_dissector') AND NOT EXISTS (SELECT 1 FROM section WHERE name = 'net-namespaces') AS is_net,
         EXISTS (SELECT 1 FROM map WHERE type = 'prog_array') AS has_tail_calls
  FROM program
)
WHERE NOT EXISTS (SELECT 1 FROM attachment WHERE program_id = id)
  AND NOT EXISTS (SELECT 1 FROM object_owner WHERE kind = 'program' AND object_id = id)
  AND NOT EXISTS (SELECT 1 FROM pin WHERE kind = 'program' AND object_id = id)
ORDER BY id`,
};
