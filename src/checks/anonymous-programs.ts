import type { CheckDefinition } from '../model/check.ts';

/**
 * bpftool-prog(8). runc and crun load device programs without a name or types, systemd (pid 1) those of its IP firewall:
 * both are left out.
 */
export const ANONYMOUS_PROGRAMS: CheckDefinition = {
  id: 'check-anonymous-programs',
  name: 'Anonymous Programs',
  severity: 'info',
  description: 'Programs carry a name or type information',
  rationale:
    'Compilers give programs a name and type information (BTF). One without either was written by hand or stripped, and says nothing about what it is for.',
  remedy: 'Read its instructions (bpftool prog dump xlated id ID) and find its loader.',
  references: ['https://docs.kernel.org/bpf/btf.html', 'NIST SP 800-53 CM-8 (bpfwitness mapping)'],
  needs: ['programs'],
  discovery: 'SELECT 1 FROM program',
  sql: `
SELECT 'program' AS object_kind,
       id AS object_id,
       name AS object_name,
       'has neither a name nor type information' AS message,
       type,
       tag
FROM program
WHERE name = '' AND btf_id IS NULL AND type <> 'cgroup_device'
  AND NOT (type = 'cgroup_skb' AND EXISTS (SELECT 1 FROM object_owner WHERE kind = 'program' AND object_id = program.id AND pid = 1))
ORDER BY id`,
};
