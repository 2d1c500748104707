import { CHECK_PARAMETERS } from '../model/check-bounds.ts';
import { HELPER_RISKS } from '../model/helper-risks.ts';

/** Bounds as they are without a profile that says otherwise. */
export const PARAMETER_DEFAULTS = `INSERT INTO parameter VALUES
    ${Object.entries(CHECK_PARAMETERS)
      .map(([name, value]) => `('${name}', ${value})`)
      .join(', ')};`;

/** What lab 17.3, step 2.1 allows. */
export const ALLOWED_HELPER_DEFAULTS = `INSERT INTO allowed_helper VALUES
    ('map_lookup_elem'), ('map_update_elem'), ('ktime_get_ns'), ('get_current_pid_tgid'), ('ringbuf_output');`;

/** The bounds and lists that checks go by, with what is in them from the start: no look at a host changes them. */
export const LISTS_SCHEMA = `-- Bounds that checks compare with; a profile may set others.
  CREATE TABLE parameter (
    name TEXT PRIMARY KEY,
    value INTEGER
  );
  ${PARAMETER_DEFAULTS}

  -- Helpers that change what others see or do, and what each one does.
  CREATE TABLE dangerous_helper (
    name TEXT PRIMARY KEY,
    reason TEXT
  );

  -- All helpers that there are, and what a program can do by each.
  CREATE TABLE helper_risk (
    name TEXT PRIMARY KEY,
    risk TEXT,               -- high: changes what others see or do; medium: reaches beyond its own data; low: does not
    reason TEXT
  );
  INSERT INTO helper_risk VALUES
    ${[...HELPER_RISKS].map(([name, { risk, does }]) => `('${name}', '${risk}', '${does.replaceAll("'", "''")}')`).join(', ')};
  INSERT INTO dangerous_helper SELECT name, reason FROM helper_risk WHERE risk = 'high';

  -- Programs that read raw frames for a living, by their names.
  CREATE TABLE packet_reader (
    name TEXT PRIMARY KEY
  );
  INSERT INTO packet_reader VALUES
    ('systemd-networkd'), ('NetworkManager'), ('dhclient'), ('dhcpcd'), ('udhcpc'), ('wpa_supplicant'), ('lldpd'),
    ('arping'), ('tcpdump'), ('dumpcap'), ('tshark'), ('suricata'), ('snort'), ('zeek');

  -- Hooks that rootkits use, as patterns (GLOB) of the function or tracepoint in attachment.target, and what can be done there.
  CREATE TABLE sensitive_target (
    pattern TEXT PRIMARY KEY,
    reason TEXT
  );
  INSERT INTO sensitive_target VALUES
    ('*sys_*bpf', 'what bpf(2) answers can be changed there'),
    ('*__sys_bpf*', 'what bpf(2) answers can be changed there'),
    ('security_bpf', 'who calls bpf(2) is seen there, and can be refused'),
    ('security_bpf_map', 'who calls bpf(2) is seen there, and can be refused'),
    ('security_bpf_prog', 'who calls bpf(2) is seen there, and can be refused'),
    ('bpf_lsm_bpf', 'bpf(2) can be refused there'),
    ('bpf_lsm_bpf_map', 'bpf(2) can be refused there'),
    ('bpf_lsm_bpf_prog', 'bpf(2) can be refused there'),
    ('bpf_lsm_ptrace_access_check', 'processes can be kept from being looked into there'),
    ('bpf_lsm_task_kill', 'processes can be kept from being ended there'),
    ('*getdents*', 'files and processes can be hidden there'),
    ('*sys_exit_read', 'what files say can be changed there'),
    ('*_sys_read', 'what files say can be changed there'),
    ('*ksys_read*', 'what files say can be changed there'),
    ('*vfs_read*', 'what files say can be changed there'),
    ('*recvmsg*', 'sockets and audit records can be hidden there'),
    ('*recvfrom*', 'audit records can be hidden there'),
    ('*audit_log_*', 'audit records can be suppressed there'),
    ('*kauditd*', 'audit records can be suppressed there'),
    ('*libpam*', 'passwords can be read there'),
    ('*libssl*', 'plain text of TLS can be read there'),
    ('*libcrypto*', 'keys and plain text can be read there'),
    ('*/sshd*', 'logins can be read and changed there'),
    ('*/sudo*', 'passwords can be read there');

  -- Allow lists: what lab 17.3, step 2.1 allows.
  CREATE TABLE allowed_helper (
    name TEXT PRIMARY KEY
  );
  ${ALLOWED_HELPER_DEFAULTS}
  CREATE TABLE allowed_capability (
    name TEXT PRIMARY KEY
  );
  INSERT INTO allowed_capability VALUES ('cap_bpf'), ('cap_perfmon'), ('cap_net_admin');
`;
