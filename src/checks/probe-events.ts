import type { CheckDefinition } from '../model/check.ts';

/**
 * After some seconds: an honest tracer defines its probe before it puts a program on it, and takes it away after
 * (normalise/hooks/owners.ts). Probes without an event in tracefs are not here.
 */
export const PROBE_EVENTS: CheckDefinition = {
  id: 'check-probe-events',
  name: 'Probes Without BPF',
  severity: 'warning',
  description: 'Each probe that was defined in tracefs has a listed BPF program',
  rationale:
    'A kprobe or uprobe that is defined in tracefs stays when its maker ends. One that no listed BPF program is on belongs to another tracer, was forgotten, or has a program that hides; on a shell or a library it can read what is typed and sent.',
  remedy:
    'Find out whose it is (perf probe --list, the files under events/ in tracefs) and remove it: echo "-:group/name" into dynamic_events. Except those of tracers that are meant to be there.',
  references: [
    'Documentation/trace/kprobetrace.rst, uprobetracer.rst',
    'MITRE ATT&CK T1014, T1056',
    'NIST SP 800-53 SI-4 (bpfwitness mapping)',
  ],
  needs: ['probe-events', 'links', 'perf'],
  discovery: "SELECT 1 FROM kernel_hook WHERE view <> 'enabled_functions'",
  sql: `
SELECT 'probe' AS object_kind,
       NULL AS object_id,
       handler AS object_name,
       'is on ' || target
         || CASE WHEN owner = 'unknown' THEN ', and not every attachment says what it is on'
                 WHEN NOT settled THEN ', and no BPF program was listed there; too few looks to tell'
                 ELSE ', and no listed BPF program is attached to it' END AS message,
       owner = 'unknown' OR NOT settled AS undecided,
       view,
       target
FROM kernel_hook
WHERE view <> 'enabled_functions' AND owner IN ('nobody', 'unknown')
ORDER BY handler`,
};
