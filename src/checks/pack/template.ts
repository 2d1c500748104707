import { SECTIONS } from '../../model/snapshot.ts';

/**
 * A check to begin with, as a SQL file whose tests pass. `id` is one (`isCheckId`).
 */
export function checkTemplate(id: string): string {
  return `-- # A check of your own: keys, one statement that reads, tests. docs/checks.md says more; the tables are in docs/schema.md.
-- # Try it:  bpfwitness checks test ${id}.sql
-- id: ${id}
-- # What people see:
-- name: Programs that Nobody Pinned or Attached
-- # One of debug, info, warning, error, critical.
-- severity: warning
-- description: Find programs that are held by nothing that lasts
-- # Why the rule matters, and what to do when it is broken. A text goes on behind two blanks.
-- rationale: A program that is neither pinned nor attached lives as long as a process holds it,
--   and nothing shows who meant it to be there.
-- remedy: Find the process that holds it (bpftool prog show), and pin or end it.
-- # A line each, or one line with commas.
-- references:
--   bpftool-prog(8)
-- # Without these sections it does not pass: ${SECTIONS.slice(0, 9).join(', ')},
-- # ${SECTIONS.slice(9).join(', ')}. Nothing behind the colon: it needs none.
-- needs: programs, links, net, perf
-- # Rows say that the check is about anything here; without one it is not applicable. May be left out.
-- discovery: SELECT 1 FROM program

-- # Each row is a violation; one with undecided = 1 is an object that could not be judged. Further columns are evidence.
SELECT 'program' AS object_kind,
       id AS object_id,
       name AS object_name,
       'is neither pinned nor attached' AS message,
       name IS NULL AS undecided,
       type
FROM program
WHERE id NOT IN (SELECT object_id FROM pin WHERE kind = 'program')
  AND id NOT IN (SELECT program_id FROM attachment WHERE program_id IS NOT NULL)
ORDER BY id;

-- # The tables hold only the rows that a test gives; columns that it does not name are NULL.
-- test: one that nothing holds
-- given program: {"id": 1, "name": "loose", "type": "xdp"}
-- given program: {"id": 2, "name": "held", "type": "xdp"}
-- given attachment: {"key": "xdp:lo:2", "program_id": 2}
-- expect: failed 1 violation

-- test: all are pinned
-- given program: {"id": 1, "name": "held"}
-- given pin: {"kind": "program", "object_id": 1, "path": "/sys/fs/bpf/held"}
-- expect: passed

-- test: one that is not known well enough
-- given program: {"id": 1}
-- expect: inconclusive

-- test: no programs at all
-- expect: not-applicable
`;
}
