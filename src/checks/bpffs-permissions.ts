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
  remedy: 'Mount it with mode=700, as systemd does: mount -o remount,mode=700 /sys/fs/bpf.',
  references: ['bpf(2): BPF_OBJ_PIN', 'NIST SP 800-53 AC-6 (bpfwitness mapping)'],
  needs: ['mounts'],
  discovery: 'SELECT 1 FROM mount',
  sql: `
SELECT 'mount' AS object_kind,
       NULL AS object_id,
       path AS object_name,
       CASE WHEN mode IS NULL THEN 'has permissions that could not be read'
            ELSE 'may be written to by others than root (mode ' || printf('%o', mode) || ')' END AS message,
       mode IS NULL AS undecided,
       mode
FROM mount
WHERE mode IS NULL OR mode & 18 <> 0
ORDER BY path`,
};
