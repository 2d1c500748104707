import type { CheckDefinition } from '../model/check.ts';

/**
 * The root of a BPF file system is writable by all with the sticky bit unless it is mounted otherwise
 * (kernel/bpf/inode.c).
 */
export const BPFFS_PERMISSIONS: CheckDefinition = {
  id: 'check-bpffs-permissions',
  name: 'BPF File System Permissions',
  severity: 'warning',
  description: 'Only root may pin into BPF file systems',
  rationale:
    'Whoever may write there can keep objects alive without a process, and put a pin of theirs where a loader looks for its own.',
  remedy: 'chmod 700 /sys/fs/bpf now (a remount does not change it), and mount it with mode=700, as systemd does.',
  references: ['bpf(2): BPF_OBJ_PIN', 'NIST SP 800-53 AC-6 (bpfwitness mapping)'],
  needs: ['mounts'],
  discovery: 'SELECT 1 FROM mount',
  sql: `
SELECT 'mount' AS object_kind,
       NULL AS object_id,
       path AS object_name,
       CASE WHEN options GLOB '*uid=[1-9]*' THEN 'belongs to another user than root (' || options || ')'
            WHEN mode IS NULL THEN 'has permissions that could not be read'
            ELSE 'may be written to by others than root (mode ' || printf('%o', mode) || ')' END AS message,
       mode IS NULL AND options NOT GLOB '*uid=[1-9]*' AS undecided,
       mode
FROM mount
WHERE mode IS NULL OR mode & 18 <> 0 OR options GLOB '*uid=[1-9]*'
ORDER BY path`,
};
