import type { CheckDefinition } from '../model/check.ts';

/**
 * A program lives while something refers to it: a descriptor, a pin, an attachment, a slot of a prog_array,
 * another program it extends. One look alone does not tell it from one that comes or goes (normalise/unkept.ts).
 */
export const OWNERLESS_PROGRAMS: CheckDefinition = {
  id: 'check-ownerless-programs',
  name: 'Programs Kept by Nobody',
  severity: 'warning',
  description: 'For each program it is seen what keeps it',
  rationale:
    'The kernel frees a program that nothing refers to. One that is there all the same is kept by something that is not shown, which is what hiding looks like from outside.',
  remedy: 'Look for holders: hidden processes, sockets with a filter (ss -0bp), tail-call maps (bpftool map dump).',
  references: ['kernel/bpf/syscall.c: bpf_prog_put', 'MITRE ATT&CK T1564', 'NIST SP 800-53 SI-4 (bpfwitness mapping)'],
  needs: ['programs', 'links', 'net', 'perf', 'processes'],
  discovery: 'SELECT 1 FROM program',
  sql: `
SELECT 'program' AS object_kind,
       id AS object_id,
       name AS object_name,
       CASE WHEN is_cgroup THEN 'has no holder that was looked for: cgroups were not listed'
            WHEN NOT all_processes THEN 'has no holder but perhaps a process whose open files may not be read'
            WHEN has_other_keepers THEN 'has no holder but perhaps a socket, a map of sockets or devices, a route or a device'
            WHEN is_net THEN 'has no holder that was looked for: not all network namespaces were looked at'
            WHEN has_tail_calls THEN 'has no holder but perhaps a tail-call map'
            WHEN NOT all_mounts THEN 'has no holder but perhaps a pin in a mount namespace that was not looked into'
            WHEN NOT settled THEN 'was kept by nothing that was seen: a look some seconds later will tell'
            ELSE 'is kept by nothing that is seen' END AS message,
       is_cgroup OR NOT all_processes OR has_other_keepers OR is_net OR has_tail_calls OR NOT all_mounts OR NOT settled AS undecided,
       type,
       tag
FROM (
  SELECT program.*,
         settled,
         (type LIKE 'cgroup%' OR type IN ('sock_ops', 'lsm')) AND NOT EXISTS (SELECT 1 FROM section WHERE name = 'cgroups') AS is_cgroup,
         EXISTS (SELECT 1 FROM section WHERE name = 'all-processes') AS all_processes,
         EXISTS (SELECT 1 FROM section WHERE name = 'all-mounts') AS all_mounts,
         type IN ('socket_filter', 'sk_reuseport', 'lirc_mode2') OR type LIKE 'lwt_%'
           OR (type IN ('sk_msg', 'sk_skb') AND EXISTS (SELECT 1 FROM map WHERE map.type IN ('sockmap', 'sockhash')))
           OR (type = 'xdp' AND EXISTS (SELECT 1 FROM map WHERE map.type IN ('devmap', 'devmap_hash', 'cpumap'))) AS has_other_keepers,
         type IN ('xdp', 'sched_cls', 'sched_act', 'flow_dissector') AND NOT EXISTS (SELECT 1 FROM section WHERE name = 'net-namespaces') AS is_net,
         EXISTS (SELECT 1 FROM map WHERE type = 'prog_array') AS has_tail_calls
  FROM program
  JOIN unkept ON unkept.program_id = program.id
  WHERE type <> 'struct_ops' OR NOT EXISTS (SELECT 1 FROM map WHERE type = 'struct_ops')
)
ORDER BY id`,
};
