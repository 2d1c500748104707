import type { CheckDefinition } from '../model/check.ts';

/**
 * Where the executables of holders lie; /memfd: is memfd_create(2), and both that and a deleted file end with
 * (deleted).
 */
export const LOADER_PROVENANCE: CheckDefinition = {
  id: 'check-loader-provenance',
  name: 'Loader Provenance',
  severity: 'error',
  description: 'Holders of BPF objects run files that are where software is',
  rationale:
    "Malware runs from memory, from a file that it deleted, or from a folder that everybody can write to. What root runs and another user owns is that user's way to root. An agent that was upgraded while it ran also runs a deleted file.",
  remedy:
    'Compare the hash with what the package should have installed; /proc/PID/exe still has the file. Restart an agent that was upgraded.',
  references: ['proc_pid_exe(5)', 'MITRE ATT&CK T1036, T1620', 'NIST SP 800-53 SI-7 (bpfwitness mapping)'],
  needs: ['processes', 'all-processes'],
  discovery: 'SELECT 1 FROM process',
  sql: `
SELECT 'process' AS object_kind,
       pid AS object_id,
       comm AS object_name,
       CASE WHEN exe IS NULL THEN 'runs a file that could not be told'
            WHEN exe LIKE '/memfd:%' THEN 'runs from memory: ' || exe
            WHEN exe_deleted = 1 THEN 'runs a file that was deleted: ' || exe
            WHEN exe GLOB '/tmp/*' OR exe GLOB '/var/tmp/*' OR exe GLOB '/dev/shm/*' OR exe GLOB '/run/user/*'
              THEN 'runs from a folder that everybody can write to: ' || exe
            WHEN exe_mode & 2 THEN 'runs a file that everybody can write to: ' || exe
            ELSE 'runs as root a file of user ' || exe_uid || ': ' || exe END AS message,
       exe IS NULL AS undecided,
       exe,
       exe_sha256,
       exe_uid,
       cmdline,
       unit
FROM process
WHERE exe IS NULL
   OR exe_deleted = 1
   OR exe GLOB '/tmp/*' OR exe GLOB '/var/tmp/*' OR exe GLOB '/dev/shm/*' OR exe GLOB '/run/user/*'
   OR exe_mode & 2
   OR (uid = 0 AND exe_uid <> 0)
ORDER BY pid`,
};
