import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Inspection } from '../../src/model/inspection.ts';
import { openCaptureWriter } from '../../src/sources/capture/writer.ts';
import { bpfwitness } from '../helpers/cli.ts';
import { tarOf } from '../helpers/tar.ts';
import { makeEvents } from '../store/fixture-event.ts';

const CALL =
  'arch=c000003e syscall=321 success=yes exit=5 a0=5 a1=7ffd a2=90 a3=0 items=0 ppid=1 pid=42 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="loader" exe="/usr/bin/loader" key=(null)';
const AUDIT_LOG = [
  `node=web-1 type=SYSCALL msg=audit(1707546943.213:164): ${CALL}`,
  'node=web-1 type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD',
  'node=web-1 type=BPF msg=audit(1707546960.000:170): prog-id=60 op=UNLOAD',
  'node=web-1 type=USER_LOGIN msg=audit(1707546970.000:171): pid=9 uid=0 res=success',
  '',
].join('\n');

const sha256Of = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'));
  mkdirSync(join(folder, 'host'));
  writeFileSync(join(folder, 'audit.log'), AUDIT_LOG);
  writeFileSync(join(folder, 'host', 'audit.log'), `${AUDIT_LOG}this is no record\n`);
  writeFileSync(join(folder, 'host', 'notes.bin'), new Uint8Array([1, 2, 3, 255, 0, 9, 200, 201, 202]));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('inspect', () => {
  it('says what a log is, whose, from when, and what became of its records', async () => {
    const log = join(folder, 'audit.log');
    const { exitCode, stdout, stderr } = await bpfwitness(['inspect', log]);
    expect(exitCode).toBe(0);
    expect(stdout.startsWith(`${log}\n  what       audit log`)).toBe(true);
    expect(stdout).toContain('  host       web-1\n');
    expect(stdout).toContain('  time       2024-02-10T06:35:43.213Z to 2024-02-10T06:36:10.000Z (26.7s)\n');
    expect(stdout).toMatch(/^ {2}BPF +2 {2}program-load 1, program-unload 1$/m);
    expect(stdout).toMatch(/^ {2}USER_LOGIN +1 {2}-$/m);
    expect(stdout).toContain('  no event   USER_LOGIN 1\n');
    expect(stderr).toMatch(/^bpfwitness: read \d+ B, 4 lines in \S+: .*\/s, [\d,]+ lines\/s\n$/);
  });

  it('says what it could not read, with file and line, and exits with 3', async () => {
    const { exitCode, stdout } = await bpfwitness(['inspect', join(folder, 'host')]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^Not read: 1\n {2}\S*audit\.log:5: /m);
    expect(stdout).toContain('Passed over: 1; --all lists them');
    const all = await bpfwitness(['inspect', '--all', join(folder, 'host')]);
    expect(all.stdout).toMatch(/^Passed over: 1\n {2}\S*notes\.bin: not recognised/m);
  });

  it('gives the same as JSON, from a file and through a pipe, at every run', async () => {
    const log = join(folder, 'audit.log');
    const [first, second, piped] = await Promise.all([
      bpfwitness(['inspect', '--json', log]),
      bpfwitness(['inspect', '--json', log]),
      bpfwitness(['inspect', '--json', '-'], { stdin: AUDIT_LOG }),
    ]);
    expect(second.stdout).toBe(first.stdout);
    const inspection = JSON.parse(first.stdout) as Inspection;
    expect(inspection).toMatchObject({
      format: 'bpfwitness-inspection',
      version: 1,
      inputs: [{ name: log, lines: 4, hosts: ['web-1'], unreadable: 0 }],
      totals: { lines: 4, events: { 'program-load': 1, 'program-unload': 1 }, unmapped: { USER_LOGIN: 1 } },
      unreadable: { count: 0, listed: [] },
      passedOver: { count: 0, listed: [] },
    });
    const [input] = inspection.inputs;
    expect(JSON.parse(piped.stdout).inputs[0].records).toEqual(input?.records);
  });

  it('gives the SHA-256 of every input as it is stored, however it comes', async () => {
    const [packed, archive] = [gzipSync(AUDIT_LOG), tarOf([{ name: 'audit.log', data: AUDIT_LOG }])];
    writeFileSync(join(folder, 'audit.log.gz'), packed);
    writeFileSync(join(folder, 'host.tar'), archive);
    const [files, piped] = await Promise.all([
      bpfwitness(['inspect', '--json', ...['audit.log', 'audit.log.gz', 'host.tar'].map((name) => join(folder, name))]),
      bpfwitness(['inspect', '--json', '-'], { stdin: AUDIT_LOG }),
    ]);
    const hashes = (JSON.parse(files.stdout) as Inspection).inputs.map(({ name, sha256 }) => [basename(name), sha256]);
    expect(Object.fromEntries(hashes)).toEqual({
      'audit.log': sha256Of(AUDIT_LOG),
      'audit.log.gz': sha256Of(packed),
      'host.tar': sha256Of(archive),
      'host.tar!audit.log': sha256Of(AUDIT_LOG),
    });
    expect(JSON.parse(piped.stdout).inputs[0].sha256).toBe(sha256Of(AUDIT_LOG));
    const { stdout } = await bpfwitness(['inspect', join(folder, 'audit.log')]);
    expect(stdout).toContain(`\n  sha256     ${sha256Of(AUDIT_LOG)}\n`);
  });

  it('gives the head of the hash chain of a capture', async () => {
    const path = join(folder, 'host.capture');
    const header = { host: 'h', startedAt: 1000, tool: '0.1.0' };
    const writer = openCaptureWriter(path, header, { now: () => 1_700_000_000_000 });
    await writer.write([{ kind: 'event', time: 1, event: makeEvents(1)[0] as AuditEvent }]);
    await writer.close();
    const head = writer.head()?.sha256;
    const [json, text, report] = await Promise.all([
      bpfwitness(['inspect', '--json', path]),
      bpfwitness(['inspect', path]),
      bpfwitness(['report', path]),
    ]);
    const chain = { algorithm: 'SHA-256', groups: 3, head, isClosed: true, isSigned: false };
    expect(JSON.parse(json.stdout).inputs[0].chain).toEqual(chain);
    expect(text.stdout).toContain(`chain      3 groups, closed, not verified; head\n             ${head}\n`);
    expect(report.stdout).toContain(`Chain: 3 groups, closed, not verified; head ${head}\n`);
  });

  it('wants something to read, and says when there is nothing', async () => {
    const [none, missing] = await Promise.all([
      bpfwitness(['inspect']),
      bpfwitness(['inspect', join(folder, 'nothing-here')]),
    ]);
    expect(none.exitCode).toBe(2);
    expect(missing).toMatchObject({ exitCode: 3, stdout: '' });
    expect(missing.stderr).toContain('nothing-here');
  });
});
