import type { CheckDefinition } from '../model/check.ts';

/**
 * What a filter compares with (BPF_JMP | BPF_JEQ | BPF_K) when it is of a BPFDoor that was taken apart in public: what its
 * magic packets begin with.
 */
const MAGIC = [0x7255, 0x5293, 0x39393939];

/** The instructions of a filter as a JSON array. */
const INSTRUCTIONS = `'["' || replace(packet_socket.filter, ', ', '","') || '"]'`;

/**
 * BPFDoor and its like wait for a magic packet in such a socket; its filter is classic BPF, of which the kernel has no list.
 * A known reader is one by its path, if that is the file that the host has there and root's alone: a container has a root of
 * its own, where anything can be at /usr/sbin/dhclient. Not seen are sockets in a network namespace that only a descriptor
 * leads to.
 */
export const PACKET_SOCKETS: CheckDefinition = {
  id: 'check-packet-sockets',
  name: 'Packet Sockets',
  severity: 'warning',
  description: 'Who reads raw frames is known',
  rationale:
    'A packet socket with a filter sees what a firewall drops, and listens on no port. Backdoors such as BPFDoor wait in one, and bpftool shows nothing of it, since its filter is classic BPF.',
  remedy:
    'Look at the filter (column filter of packet_socket; ss -0bp, with -N NAME in another network namespace) and at what the process runs. One that no visible process has open belongs to a process that is hidden.',
  references: [
    'packet(7)',
    'ss(8): -0, -b, -N',
    'MITRE ATT&CK T1205.002, T1040',
    'NIST SP 800-53 SI-4 (bpfwitness mapping)',
  ],
  needs: ['packet-sockets', 'all-packet-sockets', 'processes', 'all-processes'],
  discovery: 'SELECT 1 FROM packet_socket',
  sql: `
SELECT CASE WHEN pid IS NULL THEN 'socket' ELSE 'process' END AS object_kind,
       coalesce(pid, inode) AS object_id,
       coalesce(comm, '') AS object_name,
       'reads raw frames' || coalesce(' in network namespace ' || netns, '')
         || CASE WHEN magic IS NOT NULL THEN ' by a filter that compares with ' || magic || ', as that of the BPFDoor backdoor does'
                 ELSE coalesce(' by a filter of ' || instructions || ' instructions', '') END
         || CASE WHEN pid IS NULL THEN ' and is open in no process that is seen'
                 WHEN exe IS NULL THEN ', and what it runs could not be read'
                 WHEN exe LIKE '% (deleted)' THEN ' and runs a file that was deleted: ' || exe
                 WHEN NOT is_named OR is_trusted THEN ''
                 WHEN exe_is_host = 0 THEN ', and its ' || exe || ' is not the file that the host has there'
                 WHEN is_trusted = 0 THEN ', and others than root can change its ' || exe
                 ELSE ', and whether its ' || exe || ' is the file of the host and of root is not known' END AS message,
       CASE WHEN pid IS NULL THEN unheld_looks < 2 OR NOT EXISTS (SELECT 1 FROM section WHERE name = 'all-processes')
            WHEN magic IS NOT NULL THEN 0
            ELSE exe IS NULL OR (is_named AND is_trusted IS NULL) END AS undecided,
       exe,
       protocol,
       ifindex,
       uid,
       netns,
       filter
FROM (
  SELECT packet_socket.*,
         (SELECT nullif(count(*), 0) FROM json_each(${INSTRUCTIONS}) WHERE value <> '') AS instructions,
         (SELECT group_concat(DISTINCT printf('0x%x', magic.value))
            FROM json_each('${JSON.stringify(MAGIC)}') AS magic, json_each(${INSTRUCTIONS}) AS instruction
           WHERE instruction.value GLOB '0x15 * ' || magic.value) AS magic,
         EXISTS (
           SELECT 1 FROM packet_reader
           WHERE exe IN ('/usr/sbin/' || name, '/usr/bin/' || name, '/sbin/' || name, '/usr/lib/systemd/' || name, '/lib/systemd/' || name)
         ) AS is_named,
         -- Nobody but root may write to it: mode & 022. NULL where one of the three is not known and no other says no.
         exe_is_host = 1 AND exe_uid = 0 AND exe_mode & 18 = 0 AS is_trusted
  FROM packet_socket
)
WHERE is_named = 0 OR is_trusted IS NOT 1 OR magic IS NOT NULL
ORDER BY netns, pid, inode`,
};
