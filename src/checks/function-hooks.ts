import type { CheckDefinition } from '../model/check.ts';

/**
 * After some seconds where nobody owns a hook: an attachment may have come or gone between its listing and the reading of the
 * file, and the kernel takes hooks away after it only (normalise/hooks/owners.ts).
 *
 * It survives whoever rewrites what bpf(2) answers, as the kernel keeps this list for itself. It does not survive whoever
 * rewrites what is read from tracefs, too, hooks a function that an honest program is on as well, patches the kernel by its
 * own livepatching, or puts a kprobe where ftrace does not call.
 */
export const FUNCTION_HOOKS: CheckDefinition = {
  id: 'check-function-hooks',
  name: 'Hooks on Kernel Functions',
  severity: 'warning',
  description: 'Whoever is called from functions of the kernel is a listed BPF program, or the kernel itself',
  rationale:
    'A function that calls somebody tells of it in enabled_functions, whatever bpf(2) answers: a BPF program that hides is still called. Rootkits that are modules hook functions by the same means.',
  remedy:
    'A module that is meant to be there (an agent, a driver that traces) can be excepted. SystemTap, LTTng and some agents put probes that nothing lists. A trampoline of BPF that nothing lists, or a function without a name, is hidden on purpose: capture the host and look at it offline.',
  references: [
    'Documentation/trace/ftrace.rst (enabled_functions)',
    'MITRE ATT&CK T1014, T1547.006',
    'NIST SP 800-53 SI-4, SI-7 (bpfwitness mapping)',
  ],
  needs: ['function-hooks', 'links', 'perf'],
  discovery: "SELECT 1 FROM kernel_hook WHERE view = 'enabled_functions'",
  sql: `
SELECT 'function' AS object_kind,
       NULL AS object_id,
       target AS object_name,
       CASE WHEN owner = 'unknown' AND handler IN ('', 'ftrace_ops_list_func', 'arch_ftrace_ops_list_func') THEN 'calls somebody, and the kernel does not say whom'
            ELSE 'calls ' || handler
              || CASE WHEN can_divert THEN ' (which may replace it)' ELSE '' END
              || CASE WHEN owner = 'unknown' THEN ', and not every attachment says what function it is on'
                      WHEN owner = 'module' THEN ''
                      WHEN handler GLOB '0x*' THEN ', which has no name: its module may hide'
                      WHEN handler GLOB 'kprobe_*' OR handler GLOB 'fprobe_*' THEN ', and no listed BPF program is attached there, but a module may have a probe of its own'
                      ELSE ', and no listed BPF program is attached there' END
         END
         || CASE WHEN owner = 'nobody' AND NOT settled THEN '; too few looks to tell' ELSE '' END AS message,
       owner = 'unknown' OR (owner = 'nobody' AND NOT settled) AS undecided,
       handler,
       owner
FROM kernel_hook
WHERE view = 'enabled_functions' AND owner IN ('module', 'nobody', 'unknown')
ORDER BY target, handler`,
};
