import { closeSync, openSync, writeSync } from 'node:fs';

/** Files of the shape that real ones have, the same at every run. */

const START_MS = 1_700_000_000_000;

/**
 * Writes `lines` lines of audit.log as auditd writes them (`log_format = ENRICHED`, about 250 bytes a line): mostly
 * program executions under a rule for execve(2), some logins and services, and in every 25th event a BPF program that
 * comes or goes. The clock goes on by `eventMs` an event, which is that of a busy host: how many events are open at once,
 * and with that how long ausearch takes, depends on it.
 */
export function writeAuditLog(path: string, lines: number, eventMs = 0.5): void {
  writeLines(path, lines, (write, left) => {
    let serial = 100;
    let program = 0;
    while (left() > 0) {
      const at = `${((START_MS + serial * eventMs) / 1000).toFixed(3)}:${serial}`;
      if (serial % 25 === 0) {
        program += 1;
        const title = '62706674002D2D71756965740070726F67006C6F6164002F746D702F782E6F002F7379732F66732F6270662F78';
        write(`type=BPF msg=audit(${at}): prog-id=${program >> 1} op=${program % 2 === 0 ? 'LOAD' : 'UNLOAD'}`);
        if (program % 2 === 0) write(syscall(at, 321, '5', serial, 'loader', '/usr/bin/loader'));
        else write(syscall(at, 3, '7', serial, 'systemd', '/usr/lib/systemd/systemd'));
        write(`type=PROCTITLE msg=audit(${at}): proctitle=${title}`);
      } else if (serial % 10 === 3) {
        const who = `pid=${serial % 32_768} uid=0 auid=1000 ses=${serial % 97} subj=unconfined`;
        const what = 'op=PAM:session_open grantors=pam_permit,pam_unix,pam_limits acct="ops" exe="/usr/sbin/crond"';
        write(
          `type=USER_START msg=audit(${at}): ${who} msg='${what} hostname=? addr=? terminal=cron res=success'\x1dUID="root" AUID="ops"`,
        );
      } else {
        execution(at, serial, write);
      }
      serial += 1;
    }
  });
}

/** Lines of audit.log in which each event is a BPF program that comes or goes, three records each, 10 ms apart. */
export function bpfEventLines(from: number, events: number): string {
  const lines: string[] = [];
  for (let n = from; n < from + events; n += 1) {
    const at = `${((START_MS + n * 10) / 1000).toFixed(3)}:${n}`;
    const isLoad = n % 2 === 0;
    lines.push(`type=BPF msg=audit(${at}): prog-id=${n >> 1} op=${isLoad ? 'LOAD' : 'UNLOAD'}`);
    lines.push(syscall(at, isLoad ? 321 : 3, '5', n, isLoad ? 'loader' : 'systemd', '/usr/lib/systemd/systemd'));
    lines.push(`type=PROCTITLE msg=audit(${at}): proctitle=62706674002D2D7175696574002F746D702F782E6F`);
  }
  return `${lines.join('\n')}\n`;
}

/** Writes a capture of `events` events, as `query --json` writes them. */
export function writeEvents(path: string, events: number): void {
  const types = ['map-access', 'map-access', 'program-load', 'program-unload', 'map-create', 'config-change'];
  const severities = ['debug', 'info', 'info', 'info', 'warning'];
  let n = 0;
  writeLines(path, events, (write, left) => {
    while (left() > 0) {
      const time = START_MS + n * 3;
      const name = `prog_${n % 97}`;
      write(
        JSON.stringify({
          id: `${time
            .toString(16)
            .padStart(12, '0')
            .replace(/^(.{8})/, '$1-')}-7000-8000-${n.toString(16).padStart(12, '0')}`,
          time,
          type: types[n % types.length],
          severity: severities[n % severities.length],
          source: 'audit',
          host: 'bench',
          details: {
            summary: `program ${n} (${name}) was loaded by loader[${n % 30_000}]`,
            object: { kind: 'program', id: n, name },
            actor: { pid: n % 30_000, uid: 0, comm: 'loader', exe: '/usr/bin/loader' },
          },
          evidence: [{ origin: '/var/log/audit/audit.log', line: n + 1, offset: n * 180 }],
        }),
      );
      n += 1;
    }
  });
}

function execution(at: string, serial: number, write: (line: string) => void): void {
  write(syscall(at, 59, '55d0c83f2a10', serial, 'grep', '/usr/bin/grep'));
  write(
    `type=EXECVE msg=audit(${at}): argc=5 a0="grep" a1="--quiet" a2="--line-regexp" a3="--file=/var/lib/agent/state/patterns/nightly.txt" a4="/var/lib/agent/state/2023-11-14/jobs/nightly/${serial}.json"`,
  );
  write(`type=CWD msg=audit(${at}): cwd="/var/lib/agent/state/2023-11-14/jobs/nightly"`);
  const labels = 'obj=system_u:object_r:bin_t:s0 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0';
  for (const [item, name] of ['/usr/bin/grep', '/lib64/ld-linux-x86-64.so.2'].entries()) {
    write(
      `type=PATH msg=audit(${at}): item=${item} name="${name}" inode=${1_000_000 + serial} dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 ${labels}\x1dOUID="root" OGID="root"`,
    );
  }
  const title = `67726570002D2D7175696574002D2D6C696E652D726567657870${'002F7661722F6C69622F6167656E742F7374617465'.repeat(2)}`;
  write(`type=PROCTITLE msg=audit(${at}): proctitle=${title}`);
}

function syscall(at: string, number: number, a0: string, serial: number, comm: string, exe: string): string {
  const ids = 'auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3';
  const names = 'ARCH=x86_64 AUID="ops" UID="root" GID="root" EUID="root" SUID="root" FSUID="root" EGID="root"';
  return `type=SYSCALL msg=audit(${at}): arch=c000003e syscall=${number} success=yes exit=0 a0=${a0} a1=7ffd3a1c5e40 a2=7ffd3a1c5f00 a3=8 items=2 ppid=811 pid=${4_000 + (serial % 28_000)} ${ids} comm="${comm}" exe="${exe}" subj=unconfined key="exec"\x1d${names} SGID="root" FSGID="root"`;
}

function writeLines(
  path: string,
  lines: number,
  fill: (write: (line: string) => void, left: () => number) => void,
): void {
  const fd = openSync(path, 'w');
  let written = 0;
  let buffer: string[] = [];
  const flush = () => {
    if (buffer.length > 0) writeSync(fd, `${buffer.join('\n')}\n`);
    buffer = [];
  };
  fill(
    (line) => {
      if (written === lines) return;
      buffer.push(line);
      written += 1;
      if (buffer.length === 10_000) flush();
    },
    () => lines - written,
  );
  flush();
  closeSync(fd);
}
