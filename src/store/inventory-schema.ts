import { LISTS_SCHEMA } from './inventory-lists.ts';

/**
 * The inventory tables: what checks are written against, the project's own and a user's. They hold one host at one
 * moment. NULL means that it is not known. Times are milliseconds since the epoch.
 */
export const INVENTORY_SCHEMA = `
  -- The host and the moment: one row.
  CREATE TABLE host (
    name TEXT,
    boot TEXT,               -- /proc/sys/kernel/random/boot_id: ids are comparable within one boot
    time INTEGER
  );

  -- BPF programs.
  CREATE TABLE program (
    id INTEGER,
    type TEXT,               -- bpftool's name of the type, or the number of one it does not know
    name TEXT,
    tag TEXT,                -- digest of the instructions
    uid INTEGER,             -- who loaded it
    loaded_at INTEGER,
    bytes_xlated INTEGER,
    bytes_memlock INTEGER,
    helpers_known INTEGER,   -- 1 when program_helper has all helpers that it calls, else 0
    gpl INTEGER,             -- 1 when its licence is compatible with the GPL, else 0
    btf_id INTEGER,          -- NULL where it carries no type information
    raw TEXT                 -- what bpftool said of it, as JSON: raw ->> '$.run_cnt'
  );
  CREATE INDEX program_by_id ON program (id);

  -- Helper functions that programs call, without the bpf_ prefix, and other functions of the kernel (kfuncs).
  CREATE TABLE program_helper (
    program_id INTEGER,
    helper TEXT,
    kfunc INTEGER            -- 1 for one that is no helper: it is not in helper_risk
  );
  CREATE INDEX program_helper_by_program ON program_helper (program_id);

  -- Maps that programs use.
  CREATE TABLE program_map (
    program_id INTEGER,
    map_id INTEGER
  );

  -- BPF maps.
  CREATE TABLE map (
    id INTEGER,
    type TEXT,
    name TEXT,
    flags INTEGER,
    key_size INTEGER,
    value_size INTEGER,
    max_entries INTEGER,     -- NULL when nothing limits it
    bytes_memlock INTEGER,
    frozen INTEGER,          -- 1 when user space can no longer write to it, else 0
    entries INTEGER,         -- how many it has; NULL where they were not counted (--count-entries)
    raw TEXT                 -- what bpftool said of it, as JSON
  );
  CREATE INDEX map_by_id ON map (id);

  -- Places where programs are attached.
  CREATE TABLE attachment (
    key TEXT,                -- stable while attached: link:12, xdp:lo:34
    section TEXT,            -- listing that showed it: links, net, net-namespaces, perf, cgroups
    type TEXT,
    target TEXT,             -- what it is attached to: lo, sys_enter_execve, vfs_read trace_fexit
    program_id INTEGER,
    link_id INTEGER,
    netns TEXT,              -- network namespace, as blue or net:[4026532177]; NULL for the one that was looked from
    raw TEXT                 -- what bpftool said of it, as JSON
  );
  CREATE INDEX attachment_by_program ON attachment (program_id);

  -- Processes that hold BPF objects.
  CREATE TABLE process (
    pid INTEGER,
    comm TEXT,
    exe TEXT,
    uid INTEGER,
    start_time INTEGER,      -- clock ticks since boot
    cmdline TEXT,            -- its arguments, with blanks between them
    cgroup TEXT,             -- path of its cgroup
    unit TEXT,               -- the systemd unit that the cgroup belongs to: cilium.service
    container TEXT,          -- the container's id, where the cgroup's path has one
    exe_deleted INTEGER,     -- 1 when what it runs has no name any more (deleted, or never had one: memfd), else 0
    exe_sha256 TEXT,
    exe_uid INTEGER,         -- who owns the file that it runs
    exe_mode INTEGER         -- permission bits of that file
  );

  -- Who holds which object; object_id is the link's for an attachment.
  CREATE TABLE object_owner (
    kind TEXT,               -- program, map, attachment
    object_id INTEGER,
    pid INTEGER,
    comm TEXT
  );
  CREATE INDEX object_owner_by_object ON object_owner (kind, object_id);

  -- Paths under which objects are pinned.
  CREATE TABLE pin (
    kind TEXT,               -- program, map
    object_id INTEGER,
    path TEXT                -- one in another mount namespace alone ends with it: /run/x in mnt:[4026532177]
  );
  CREATE INDEX pin_by_object ON pin (kind, object_id);

  -- Capabilities by holder, as cap_bpf; pid is NULL for a holder that has no process.
  CREATE TABLE capability (
    pid INTEGER,
    comm TEXT,
    name TEXT
  );

  -- Kernel settings by sysctl name; value is NULL for one that could not be read.
  CREATE TABLE setting (
    name TEXT,
    value TEXT
  );

  -- What auditctl -s says: no row when it was not asked.
  CREATE TABLE audit_status (
    enabled INTEGER,         -- 0 off, 1 on, 2 on and locked
    lost INTEGER,            -- records lost since boot
    backlog INTEGER
  );

  -- Rules of the kernel's audit, as auditctl -l prints them.
  CREATE TABLE audit_rule (
    number INTEGER,          -- from 1 on: of several that fit a call the first decides
    text TEXT,               -- the rule as auditctl -l prints it
    list TEXT,               -- exit, task, exclude, ...; empty of a watch
    action TEXT,             -- always or never; empty of a watch
    calls TEXT,              -- system calls with a comma before and after each: ,bpf,execve,
    arch TEXT,               -- b64 or b32; NULL of a rule for both
    narrowed TEXT            -- fields that leave some calls out: auid>=1000,exit=-EPERM; empty of a rule for all
  );

  -- Mounted BPF file systems.
  CREATE TABLE mount (
    path TEXT,
    options TEXT,            -- separated by commas
    mode INTEGER,            -- permission bits of the root directory: mode & 63 is what group and others may
    covered INTEGER          -- 1 when another file system is mounted over it, else 0
  );

  -- BPF file systems that are mounted in other mount namespaces alone, where bpftool does not look.
  CREATE TABLE mount_elsewhere (
    path TEXT,               -- in that namespace
    mntns TEXT,              -- mount namespace, as mnt:[4026532177]
    pid INTEGER,             -- a process that is in it
    comm TEXT,
    options TEXT,            -- separated by commas
    pins INTEGER             -- objects pinned in it, iterators aside; NULL where it was not looked into
  );

  -- What files of sysctl.d(5) set kernel settings to at the next boot.
  CREATE TABLE persisted_setting (
    name TEXT,
    value TEXT,
    file TEXT,
    line INTEGER
  );

  -- Sockets that read frames as they are on the wire, once for each process that has one open; their filters are classic
  -- BPF, which bpftool does not list.
  CREATE TABLE packet_socket (
    inode INTEGER,
    protocol INTEGER,        -- EtherType, 3 for all
    ifindex INTEGER,         -- 0 for all interfaces
    uid INTEGER,
    pid INTEGER,             -- who has it open; NULL where no process is seen to
    comm TEXT,
    exe TEXT,                -- its path where the process is, which may be a container
    netns TEXT,              -- network namespace, as blue or net:[4026532177]; NULL for the one that was looked from
    exe_uid INTEGER,         -- who owns the file that it runs
    exe_mode INTEGER,        -- permission bits of that file
    exe_is_host INTEGER,     -- 1 when the host (pid 1) has the very same file at that path, else 0
    filter TEXT,             -- instructions of its filter as ss prints them, separated by commas; empty for none
    unheld_looks INTEGER     -- looks in a row in which no process was seen to have it open; 0 where one is
  );

  -- Places from which somebody is called, as tracefs shows them.
  CREATE TABLE kernel_hook (
    view TEXT,               -- file of tracefs: enabled_functions, kprobe_events, uprobe_events, dynamic_events
    target TEXT,             -- a function, vfs_read+0x10, /bin/bash:0x31000
    handler TEXT,            -- who is called: bpf_trampoline_6442453466, hook [module]; of a probe, its name: p:probes/shell
    can_divert INTEGER,      -- 1 when it may send the call elsewhere
    owner TEXT,              -- bpf, probe event, kernel, module, nobody, or unknown where not all attachments say where they are
    settled INTEGER          -- 0 where it may as well be about to get an owner, or to go
  );

  -- Objects that something refers to and their own listing lacks.
  CREATE TABLE unlisted (
    kind TEXT,               -- program, map, link
    object_id INTEGER,
    seen_in TEXT,            -- what refers to it, separated by commas
    looks INTEGER            -- looks in a row that found it so; in one alone it may have come or gone meanwhile
  );

  -- Functions of programs in /proc/kallsyms whose tag no listed program had, when there are more than the listed ones have.
  CREATE TABLE unlisted_symbol (
    name TEXT,               -- as bpf_prog_9bf6d88144148dc4_name; NULL: they could be read in this boot, and cannot any more
    explained INTEGER,       -- so many of all these rows are of listed programs: bpftool does not tell which
    looks INTEGER            -- readings in a row that found it so; in fewer than 3 it may have come or gone meanwhile
  );

  -- Programs that no attachment, pin or open file is seen to keep.
  CREATE TABLE unkept (
    program_id INTEGER,
    settled INTEGER          -- 1 when it is so for 5 s; before, it may be about to be kept, or to be freed
  );

  -- Names that are not UTF-8, which many tools leave out or show as another name; a byte that is not stands as \\xff.
  CREATE TABLE odd_name (
    kind TEXT,               -- process, program, map, link, setting file, mount
    object_id INTEGER,       -- pid or id; NULL where it has none
    what TEXT,               -- comm, executable, arguments, cgroup, name, pin, file, path
    name TEXT
  );

  -- Sections of the host that were looked at: programs, maps, links, net, perf, cgroups, helpers, processes, ...
  CREATE TABLE section (
    name TEXT PRIMARY KEY,
    fresh INTEGER            -- 1 when the newest look had it, 0 when it is as it was before
  );

  ${LISTS_SCHEMA}`;

/** The tables that a new inventory replaces: all but the lists and bounds that checks go by. */
export const INVENTORY_TABLES = [
  'host',
  'program',
  'program_helper',
  'program_map',
  'map',
  'attachment',
  'process',
  'object_owner',
  'pin',
  'capability',
  'setting',
  'audit_status',
  'audit_rule',
  'mount',
  'mount_elsewhere',
  'persisted_setting',
  'packet_socket',
  'kernel_hook',
  'unlisted',
  'unkept',
  'unlisted_symbol',
  'odd_name',
  'section',
] as const;

export type InventoryTable = (typeof INVENTORY_TABLES)[number];
