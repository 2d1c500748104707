import type { CheckDefinition } from '../model/check.ts';

/**
 * Types that decide for the kernel: lsm and fmod_ret answer for it, struct_ops and ext replace parts of it, syscall calls
 * bpf(2). What systemd (pid 1) and its nsresourced hold is its own sandboxing; a path alone can be had in a container. The tag
 * is that of what the kernel itself loads for HID devices at boot (hid_tail_call, drivers/hid/bpf/entrypoints, until 6.10); it
 * does not say what is tail-called, but who copies it later has a high id.
 */
export const POWERFUL_PROGRAMS: CheckDefinition = {
  id: 'check-powerful-programs',
  name: 'Programs That Decide for the Kernel',
  severity: 'warning',
  description: 'Programs that decide for the kernel are known',
  rationale:
    'A program of these types can refuse what defenders do (signals, ptrace, bpf itself), allow what the kernel would refuse, or stand in the place of kernel or program code.',
  remedy: 'Make sure that each belongs to an agent that is meant to be there, and except those.',
  references: [
    'https://docs.kernel.org/bpf/prog_lsm.html',
    'MITRE ATT&CK T1562',
    'NIST SP 800-53 CM-7, SI-7 (bpfwitness mapping)',
  ],
  needs: ['programs', 'processes'],
  discovery: 'SELECT 1 FROM program',
  sql: `
SELECT 'program' AS object_kind,
       program.id AS object_id,
       program.name AS object_name,
       'is of type ' || program.type || CASE WHEN attachment.type IS NULL OR attachment.type = program.type THEN ''
            ELSE ', attached as ' || attachment.type || ' to ' || attachment.target END AS message,
       NOT EXISTS (SELECT 1 FROM section WHERE name = 'processes') AS undecided,
       program.type,
       program.tag
FROM program
LEFT JOIN attachment ON attachment.program_id = program.id
WHERE (program.type IN ('lsm', 'struct_ops', 'ext', 'syscall') OR attachment.target LIKE '%modify_return%')
  AND NOT EXISTS (SELECT 1 FROM object_owner WHERE kind = 'program' AND object_id = program.id AND (pid = 1 OR pid IN (SELECT pid FROM process WHERE exe = '/usr/lib/systemd/systemd-nsresourced' AND unit = 'systemd-nsresourced.service' AND container IS NULL)))
  AND NOT (program.type = 'tracing' AND program.tag = '7cc47bbf07148bfe' AND program.id < 16
    AND NOT EXISTS (SELECT 1 FROM object_owner WHERE kind = 'program' AND object_id = program.id))
GROUP BY program.id
ORDER BY program.id`,
};
