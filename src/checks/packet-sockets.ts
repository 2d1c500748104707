import type { CheckDefinition } from '../model/check.ts';

/**
 * BPFDoor and its like wait for a magic packet in such a socket; its filter is classic BPF, of which the kernel has no list.
 * Not seen are sockets in a network namespace that only a descriptor or a single thread leads to.
 */
export const PACKET_SOCKETS: CheckDefinition = {
  id: 'check-packet-sockets',
  name: 'Packet Sockets',
  severity: 'warning',
  description: 'Who reads raw frames is known',
  rationale:
    'A packet socket with a filter sees what a firewall drops, and listens on no port. Backdoors such as BPFDoor wait in one, and bpftool shows nothing of it, since its filter is classic BPF.',
  remedy:
    'Look at the filter (ss -0bp, with -N NAME in another network namespace) and at what the process runs. One that no visible process has open belongs to a process that is hidden.',
  references: [
    'packet(7)',
    'ss(8): -0, -b, -N',
    'MITRE ATT&CK T1205.002, T1040',
    'NIST SP 800-53 SI-4 (bpfwitness mapping)',
  ],
  needs: ['packet-sockets', 'all-packet-sockets', 'processes'],
  discovery: 'SELECT 1 FROM packet_socket',
  sql: `
SELECT CASE WHEN pid IS NULL THEN 'socket' ELSE 'process' END AS object_kind,
       coalesce(pid, inode) AS object_id,
       coalesce(comm, '') AS object_name,
       'reads raw frames' || coalesce(' in network namespace ' || netns, '')
         || CASE WHEN pid IS NULL THEN ' and is open in no process that is seen'
                 WHEN exe LIKE '% (deleted)' THEN ' and runs a file that was deleted: ' || exe
                 ELSE '' END AS message,
       pid IS NULL AND NOT EXISTS (SELECT 1 FROM section WHERE name = 'all-processes') AS undecided,
       exe,
       protocol,
       ifindex,
       uid,
       netns
FROM packet_socket
WHERE pid IS NULL
   OR exe IS NULL
   OR NOT EXISTS (
     SELECT 1 FROM packet_reader
     WHERE exe IN ('/usr/sbin/' || name, '/usr/bin/' || name, '/sbin/' || name, '/usr/lib/systemd/' || name, '/lib/systemd/' || name)
   )
ORDER BY netns, pid, inode`,
};
