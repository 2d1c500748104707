import type { CheckDefinition } from '../model/check.ts';

/**
 * BPF tokens since Linux 6.9: options delegate_cmds, delegate_maps, delegate_progs, delegate_attachs of a mount
 * (kernel/bpf/token.c).
 */
export const BPF_TOKENS: CheckDefinition = {
  id: 'check-bpf-tokens',
  name: 'BPF Tokens',
  severity: 'warning',
  description: 'No BPF file system hands out rights',
  rationale:
    "A process without CAP_BPF in the first user namespace can use BPF with a token from such a mount: a container may then load programs into the host's kernel.",
  remedy: 'Mount without delegate options, or delegate only the commands and types that the container needs.',
  references: [
    'https://docs.kernel.org/filesystems/ (bpffs, delegate_cmds)',
    'MITRE ATT&CK T1611',
    'NIST SP 800-53 AC-6 (bpfwitness mapping)',
  ],
  needs: ['mounts', 'all-mounts'],
  discovery: 'SELECT 1 FROM mount UNION ALL SELECT 1 FROM mount_elsewhere',
  sql: `
SELECT 'mount' AS object_kind,
       NULL AS object_id,
       path AS object_name,
       'delegates rights to use BPF' AS message,
       options
FROM (SELECT path, options FROM mount UNION ALL SELECT path || ' in ' || mntns, options FROM mount_elsewhere)
WHERE instr(options, 'delegate_') > 0
ORDER BY path`,
};
