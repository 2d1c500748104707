import { closeSync, openSync, writeSync } from 'node:fs';

/** Files of the shape that real ones have, the same at every run. */

const START_MS = 1_700_000_000_000;

/** Writes `lines` lines of audit.log: groups of SYSCALL, CWD, PATH and PROCTITLE, every tenth a bpf(2) with its BPF record. */
export function writeAuditLog(path: string, lines: number): void {
  writeLines(path, lines, (write, left) => {
    let serial = 1;
    while (left() > 0) {
      const at = `${((START_MS + serial * 7) / 1000).toFixed(3)}:${serial}`;
      if (serial % 10 === 0) {
        write(`type=BPF msg=audit(${at}): prog-id=${serial} op=LOAD`);
        write(syscall(at, 321, '5', 'loader', '/usr/bin/loader'));
      } else {
        write(syscall(at, 59, '55d0c8', 'cron', '/usr/sbin/cron'));
        write(`type=CWD msg=audit(${at}): cwd="/root"`);
        write(
          `type=PATH msg=audit(${at}): item=0 name="/bin/true" inode=${serial} dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`,
        );
      }
      write(`type=PROCTITLE msg=audit(${at}): proctitle=2F62696E2F74727565002D2D7175696574`);
      serial += 1;
    }
  });
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

function syscall(at: string, number: number, a0: string, comm: string, exe: string): string {
  return `type=SYSCALL msg=audit(${at}): arch=c000003e syscall=${number} success=yes exit=4 a0=${a0} a1=7ffd3a1c a2=90 a3=0 items=1 ppid=811 pid=4242 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="${comm}" exe="${exe}" key="bpf"\x1dARCH=x86_64 SYSCALL=call AUID="ops" UID="root"`;
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
      buffer.push(line);
      written += 1;
      if (buffer.length === 10_000) flush();
    },
    () => lines - written,
  );
  flush();
  closeSync(fd);
}
