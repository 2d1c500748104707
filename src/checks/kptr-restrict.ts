import type { CheckDefinition } from '../model/check.ts';

/**
 * Documentation/admin-guide/sysctl/kernel.rst. Since 4.15 %pK is a hash with 0; what stays is /proc/kallsyms, which then
 * also asks kernel.perf_event_paranoid (kallsyms_show_value in kernel/ksyms_common.c).
 */
export const KPTR_RESTRICT: CheckDefinition = {
  id: 'check-kptr-restrict',
  name: 'Kernel Addresses',
  severity: 'info',
  description: 'Kernel addresses are hidden from users',
  rationale:
    'An exploit needs to know where things are in the kernel. With 0, /proc/kallsyms tells it to users without CAP_SYSLOG where kernel.perf_event_paranoid is 1 or less.',
  remedy:
    'Set kernel.kptr_restrict = 1. With 2 they are hidden from root too, and bpftool then cannot name the helpers that programs call.',
  references: [
    'https://docs.kernel.org/admin-guide/sysctl/kernel.html (kptr_restrict)',
    'NIST SP 800-53 SI-16 (bpfwitness mapping)',
  ],
  needs: ['settings'],
  discovery: "SELECT 1 FROM setting WHERE name = 'kernel.kptr_restrict'",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       name AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is 0: /proc/kallsyms may show addresses to users' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'kernel.kptr_restrict' AND (value IS NULL OR value = '0')`,
};
