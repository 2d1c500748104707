import type { CheckDefinition } from '../model/check.ts';

/**
 * One that was only just loaded may be a loader's trial of what the kernel can do, and gone at once.
 *
 * Types that see into the kernel or decide for it. For others it matters less: systemd's programs for cgroups have no BTF
 * either. The tag is of what the kernel itself loads (powerful-programs.ts).
 */
export const OPAQUE_PROGRAMS: CheckDefinition = {
  id: 'check-opaque-programs',
  name: 'Programs Without GPL or BTF',
  severity: 'warning',
  description: 'What watches the kernel can be read by others',
  rationale:
    'What libbpf, bpftrace and bcc load carries BTF: names of functions and types, and source lines in its dump. A tracer without it was put together by hand or stripped. Most helpers that tracers need (bpf_probe_read_kernel, bpf_trace_printk) are for GPL programs only: one without that licence is no ordinary tracer.',
  remedy:
    'Find out whose program it is (bpfwitness inventory --program ID), read its instructions (bpftool prog dump xlated id ID), and except it when it is known. Older tracers load without BTF.',
  references: [
    'https://docs.kernel.org/bpf/btf.html',
    'bpf-helpers(7): gpl_only',
    'NIST SP 800-53 CM-7, SI-7 (bpfwitness mapping)',
  ],
  needs: ['programs'],
  discovery: 'SELECT 1 FROM program',
  sql: `
SELECT 'program' AS object_kind,
       id AS object_id,
       name AS object_name,
       'is of type ' || type || ' and '
         || CASE WHEN gpl IS NULL THEN 'has a licence that is not known'
                 WHEN gpl = 0 AND btf_id IS NULL THEN 'has neither a licence compatible with the GPL nor BTF'
                 WHEN gpl = 0 THEN 'has no licence compatible with the GPL'
                 ELSE 'has no BTF' END AS message,
       (gpl IS NULL AND btf_id IS NOT NULL) OR coalesce(loaded_at > (SELECT time FROM host) - 5000, 0) AS undecided,
       type,
       tag
FROM program
WHERE type IN ('kprobe', 'tracepoint', 'raw_tracepoint', 'raw_tracepoint_writable', 'perf_event', 'tracing', 'lsm', 'ext', 'struct_ops', 'syscall')
  AND (gpl IS NOT 1 OR btf_id IS NULL)
  AND NOT (type = 'tracing' AND tag = '7cc47bbf07148bfe' AND id < 16)
ORDER BY id`,
};
