import type { CheckDefinition } from '../model/check.ts';

/** Documentation/admin-guide/sysctl/net.rst: 2 writes the image of each program to the kernel log. */
export const JIT_DEBUG: CheckDefinition = {
  id: 'check-jit-debug',
  name: 'JIT Debugging',
  severity: 'warning',
  description: 'Compiled programs are not written to the kernel log',
  rationale:
    'With debugging on, the kernel log shows where each compiled program lies in memory and what is in it, to whoever can read the log.',
  remedy: 'Set net.core.bpf_jit_enable = 1.',
  references: [
    'https://docs.kernel.org/admin-guide/sysctl/net.html (bpf_jit_enable)',
    'NIST SP 800-53 SI-11 (bpfwitness mapping)',
  ],
  needs: ['settings'],
  discovery: "SELECT 1 FROM setting WHERE name = 'net.core.bpf_jit_enable'",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       name AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is 2: compiled programs are written to the kernel log' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'net.core.bpf_jit_enable' AND (value IS NULL OR value = '2')`,
};
