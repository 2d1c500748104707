import type { CheckDefinition } from '../model/check.ts';

/** Names of files and processes are bytes, of which the kernel forbids NUL and, in a file's name, a slash (path_resolution(7)). */
export const ODD_NAMES: CheckDefinition = {
  id: 'check-odd-names',
  name: 'Names That Are Not Text',
  severity: 'warning',
  description: 'The names of loaders, pins, mounts and setting files are UTF-8',
  rationale:
    'Tools that expect text leave out a name that is not UTF-8, or show another one in its place, so that what has it is overlooked. Nothing that is meant to be found has such a name.',
  remedy:
    'Look at what has the name: each byte that is not UTF-8 is shown as \\xff, and by ls -b in octal. Rename it, or find out who made it.',
  references: ['path_resolution(7)', 'MITRE ATT&CK T1036, T1564', 'NIST SP 800-53 CM-7 (bpfwitness mapping)'],
  needs: ['programs', 'processes', 'all-processes'],
  sql: `
SELECT kind AS object_kind,
       object_id,
       name AS object_name,
       'is not UTF-8 (' || what || ')' AS message
FROM odd_name
ORDER BY kind, object_id, what, name`,
};
