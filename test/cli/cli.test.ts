import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../src/model/event.ts';
import { bpfwitness } from '../helpers/cli.ts';
import { makeEvent } from '../store/fixture-event.ts';

const AUDIT_LOG = [
  'type=SYSCALL msg=audit(1707546943.213:164): arch=c000003e syscall=321 success=yes exit=5 a0=5 a1=7ffd a2=90 a3=0 items=0 ppid=1 pid=42 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="loader" exe="/usr/bin/loader" key="bpf"',
  'type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD',
  'type=SYSCALL msg=audit(1707546950.000:165): arch=c000003e syscall=321 success=no exit=-1 a0=5 a1=7ffd a2=90 a3=0 items=0 ppid=1 pid=43 auid=1001 uid=1001 gid=0 euid=1001 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="evil" exe="/tmp/evil" key="bpf"',
  'type=BPF msg=audit(1707546960.000:166): prog-id=60 op=UNLOAD',
].join('\n');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(join(folder, 'audit.log'), `${AUDIT_LOG}\n`);
  writeFileSync(join(folder, 'broken.log'), `${AUDIT_LOG}\nthis is no record\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command line', () => {
  it('writes a report in one format', async () => {
    const result = await bpfwitness(['report', 'demo/demo.capture.gz', '--json', '--format', 'csv']);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('either --json or --format, not both');
  });

  it('shows help with examples and the version, and fails on what it does not know', async () => {
    const [help, version, unknown, flag] = await Promise.all([
      bpfwitness(['--help']),
      bpfwitness(['--version']),
      bpfwitness(['frobnicate']),
      bpfwitness(['query', '--type', 'nonsense', 'x']),
    ]);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:');
    expect(help.stdout).toContain('Exit codes:');
    expect(version.stdout).toBe(`${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toContain('frobnicate');
    expect(flag.exitCode).toBe(2);
    expect(flag.stderr).toContain(EVENT_TYPES[0]);
  });

  it('refuses what makes no sense, with 2', async () => {
    const log = join(folder, 'audit.log');
    const results = await Promise.all([
      bpfwitness(['check']),
      bpfwitness(['check', log, '--live']),
      bpfwitness(['query', '--live']),
      bpfwitness(['demo']),
      bpfwitness(['check', log, '--profile', 'lab', '--profile', 'strict']),
      bpfwitness(['query', log, '--for', '5s']),
      bpfwitness(['query', '--follow', log, '--for', '5s']),
      bpfwitness(['query', '--state', folder, '--for', '5s']),
      bpfwitness(['report', log, '--for', '5s']),
      bpfwitness(['query', '--state', folder, '--alert-log', join(folder, 'a')]),
      bpfwitness(['query', '--follow', log, '--profile', 'strict']),
      bpfwitness(['check', log, '--bpftool', '/usr/sbin/bpftool']),
      bpfwitness(['sql', 'SELECT 1', log, '--cgroups']),
      bpfwitness(['report', log, '--no-audit-log']),
    ]);
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(results.map(() => [2, '']));
    expect(results[4]?.stderr).toBe('bpfwitness: --profile is given twice, and only one can count\n');
    for (const { stderr } of results.slice(5))
      expect(stderr).toMatch(/--[a-z-]+ goes with --live|has no use for --(alert-log|profile)/);
    expect(results[3]?.stderr).toContain('terminal');
  });

  it('says what it cannot read, with 3', async () => {
    const [missing, partly, unwritable] = await Promise.all([
      bpfwitness(['report', join(folder, 'nothing-here')]),
      bpfwitness(['query', join(folder, 'broken.log')]),
      bpfwitness(['report', join(folder, 'audit.log'), '-o', join(folder, 'no', 'such', 'folder')]),
    ]);
    expect(missing).toMatchObject({ exitCode: 3, stdout: '' });
    expect(missing.stderr).toContain('nothing-here');
    expect(partly.exitCode).toBe(3);
    expect(partly.stderr).toMatch(/1 of 5 lines could not be read or understood; first: .*broken\.log:5: /);
    expect(partly.stdout.split('\n')).toHaveLength(4);
    expect(unwritable.exitCode).toBe(3);
  });

  it('shows nothing raw on stderr: neither arguments nor what a capture says', async () => {
    const capture = join(folder, 'hostile.capture');
    const header = { format: 'bpfwitness-capture', version: 1, host: 'h', startedAt: 1, tool: '0' };
    const problems = [{ section: null, message: '\u001b[2Jproblem' }];
    const snapshot = { time: 1, host: 'h', boot: null, kernel: null, bpftoolVersion: null, problems };
    writeFileSync(capture, `${JSON.stringify(header)}\n${JSON.stringify({ n: 0, snapshot })}\n`);
    const results = await Promise.all([
      bpfwitness(['--\u001b[31m']),
      bpfwitness(['query', '--type', '\u001b[31m', 'x']),
      bpfwitness(['check', capture]),
    ]);
    for (const { stderr } of results) {
      expect(stderr).toContain('\\x1b[');
      expect(stderr).not.toContain('\u001b');
    }
  });

  it('says without a stack that a log of alerts cannot be written', async () => {
    const args = ['report', join(folder, 'audit.log'), '--window', '1s', '--learn', '0', '--alert-log', folder];
    const { exitCode, stderr } = await bpfwitness(args);
    expect(exitCode).toBe(3);
    expect(stderr).toBe(`bpfwitness: cannot write the alert log ${folder}: is a folder\n`);
  });

  it('says what is missing on a host without bpftool, with 4', async () => {
    const [start, check] = await Promise.all([
      bpfwitness([], { env: { PATH: '' } }),
      bpfwitness(['check', '--live', '--bpftool', '/nowhere/bpftool']),
    ]);
    expect(check.exitCode).toBe(4);
    expect(check.stderr).toContain('/nowhere/bpftool');
    // Without PATH bpftool may still be found in a sbin folder; then what is missing is the terminal.
    expect([2, 4]).toContain(start.exitCode);
  });
});

describe('query', () => {
  it('lists events newest first, one JSON object a line', async () => {
    const { exitCode, stdout } = await bpfwitness(['query', join(folder, 'audit.log'), '--json']);
    expect(exitCode).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(['program-unload', 'access-denied', 'program-load']);
    expect(events[2]).toMatchObject({
      time: 1_707_546_943_213,
      details: { object: { kind: 'program', id: 60 }, actor: { pid: 42, comm: 'loader', auid: 1000 } },
    });
    expect(events[2].evidence.map(({ line }: { line: number }) => line).sort()).toEqual([1, 2]);
  });

  it('narrows by type, severity, time, text and number', async () => {
    const log = join(folder, 'audit.log');
    const count = async (...args: string[]) => {
      const { stdout } = await bpfwitness(['query', log, '--json', ...args]);
      return stdout === '' ? 0 : stdout.trimEnd().split('\n').length;
    };
    const counts = await Promise.all([
      count('--type', 'program-load,program-unload'),
      count('--min-severity', 'error'),
      count('--since', '2024-02-10T06:35:45Z'),
      count('--until', '2024-02-10T06:35:45Z'),
      count('--search', 'EVIL'),
      count('--search', '!evil'),
      count('--limit', '1'),
      count('--source', 'bpftool'),
    ]);
    expect(counts).toEqual([2, 1, 2, 1, 1, 2, 1, 0]);
  });

  it('says which sources there are where no event is from the one that is asked for', async () => {
    const log = join(folder, 'audit.log');
    const stdin = Array.from({ length: 13 }, (_, index) => makeEvent(index, { source: `s${index}` }))
      .map((event) => `${JSON.stringify(event)}\n`)
      .join('');
    const [strange, many, other, none] = await Promise.all([
      bpfwitness(['query', log, '--source', 'adit', '--json']),
      bpfwitness(['query', '-', '--source', '\u001b[31m'], { stdin }),
      bpfwitness(['query', log, '--source', 'audit', '--search', 'nothing like it']),
      bpfwitness(['query', log, '--source', 'audit', '--search', 'nothing like it', '--json']),
    ]);
    expect(strange).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'bpfwitness: no event is from adit: there are audit\n',
    });
    expect(many).toMatchObject({ exitCode: 0, stdout: '' });
    expect(many.stderr).toBe(
      'bpfwitness: no event is from \\x1b[31m: there are s0, s1, s10, s11, s12, s2, s3, s4, s5, s6, and 3 more\n',
    );
    expect(other).toEqual({ exitCode: 0, stdout: '', stderr: 'bpfwitness: no events\n' });
    expect(none).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('reads standard input, and its own output again', async () => {
    const { stdout } = await bpfwitness(['query', '-', '--json'], { stdin: `${AUDIT_LOG}\n` });
    const again = await bpfwitness(['query', '-', '--json'], { stdin: stdout });
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toBe(stdout);
  });

  it('keeps events in a state directory and lists them from there', async () => {
    const state = join(folder, 'state');
    const log = join(folder, 'audit.log');
    const first = await bpfwitness(['query', log, '--state', state, '--json']);
    const again = await bpfwitness(['query', log, '--state', state, '--json']);
    const kept = await bpfwitness(['query', '--state', state, '--json']);
    expect(first.exitCode).toBe(0);
    expect(again.stdout).toBe(first.stdout);
    expect(kept).toMatchObject({ exitCode: 0, stdout: first.stdout });
  });
});

describe('lives', () => {
  it('says which hosts there are where no program is of the one that is asked for', async () => {
    const log = 'demo/demo.capture.gz';
    const [host, id, none] = await Promise.all([
      bpfwitness(['lives', log, '--host', 'nope', '--json']),
      bpfwitness(['lives', log, '--id', '999999']),
      bpfwitness(['lives', '-'], {
        stdin: `${JSON.stringify(makeEvent(1, { type: 'config-change', details: {} }))}\n`,
      }),
    ]);
    expect(host).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'bpfwitness: no program is of host nope: there are edge-7\n',
    });
    expect(id).toEqual({ exitCode: 0, stdout: '', stderr: 'bpfwitness: no program meets what was asked for\n' });
    expect(none.stderr).toBe('bpfwitness: no programs were seen to be loaded or unloaded\n');
  });
});

describe('folding', () => {
  const actor = { uid: 0, comm: 'runc', exe: '/usr/sbin/runc' };
  const details = { summary: 'loaded by runc', object: { kind: 'program' }, actor };
  const loads = [1, 2, 3, 4].map((number) => makeEvent(number, { type: 'program-load', severity: 'info', details }));
  const [head = makeEvent(1)] = loads;
  const stdin = [...loads, makeEvent(5)].map((event) => `${JSON.stringify(event)}\n`).join('');

  it('gives one line to events that another stands for, unless all are asked for', async () => {
    const [folded, all] = await Promise.all([
      bpfwitness(['query', '-'], { stdin }),
      bpfwitness(['query', '-', '--no-fold'], { stdin }),
    ]);
    expect(folded).toMatchObject({ exitCode: 0, stderr: '' });
    expect(folded.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(folded.stdout).toContain('loaded by runc (+3 more like it)\n');
    expect(all.stdout.trimEnd().split('\n')).toHaveLength(5);
  });

  it('never hides in silence: what is folded into an event that is not listed is counted on stderr', async () => {
    const since = new Date(head.time + 1).toISOString();
    const { stdout, stderr } = await bpfwitness(['query', '-', '--since', since], { stdin });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toBe('bpfwitness: 3 events folded into others; --no-fold lists them\n');
  });

  it('leaves JSON and counts alone', async () => {
    const [json, limited, report] = await Promise.all([
      bpfwitness(['query', '-', '--json'], { stdin }),
      bpfwitness(['query', '-', '--limit', '2'], { stdin }),
      bpfwitness(['report', '-', '--json'], { stdin }),
    ]);
    expect(json.stdout.trimEnd().split('\n')).toHaveLength(5);
    expect(limited.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(JSON.parse(report.stdout).auditSummary.totalEvents).toBe(5);
  });
});

describe('what is not all there', () => {
  it('is told: events let go, and a damaged state directory', async () => {
    const state = join(folder, 'damaged');
    const log = join(folder, 'audit.log');
    const few = await bpfwitness(['query', log, '--max-events', '1', '--state', state]);
    expect(few.stderr).toBe('bpfwitness: 2 events let go because the store was full (--max-events)\n');
    const journal = join(state, readdirSync(state).find((name) => name.startsWith('journal-')) ?? '');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"program-unload"', '"program-onload"'));
    const kept = await bpfwitness(['query', '--state', state]);
    expect(kept.exitCode).toBe(3);
    expect(kept.stderr).toContain('damaged');
  });
});

describe('two hosts', () => {
  it('are not judged as one: the other is named once, and the exit code says so', async () => {
    const bpftool = (host: string, uid: number) =>
      JSON.stringify({
        n: 0,
        snapshot: {
          time: 1_707_546_943_000,
          host,
          boot: host,
          kernel: null,
          bpftoolVersion: null,
          prog: [{ id: 1, type: 'xdp', tag: 'a04f5eef06a7f555', loaded_at: 1, uid }],
          problems: [],
        },
        same: [],
      });
    for (const [host, uid] of [
      ['a', 1000],
      ['b', 0],
    ] as const) {
      const header = { format: 'bpfwitness-capture', version: 1, host, startedAt: 0, tool: 't' };
      writeFileSync(join(folder, `${host}.capture`), `${JSON.stringify(header)}\n${bpftool(host, uid)}\n`);
    }
    const { exitCode, stderr } = await bpfwitness(['check', join(folder, 'a.capture'), join(folder, 'b.capture')]);
    expect(exitCode).toBe(3);
    expect(stderr).toBe('bpfwitness: checks and alerts are of a only; give by itself what is of b\n');
  });
});

describe('a replay into a state directory', () => {
  it('concludes the same the second time', async () => {
    const state = join(folder, 'twice');
    const run = () => bpfwitness(['report', 'demo/demo.capture.gz', '--json', '--state', state]);
    const [first, second] = [await run(), await run()];
    expect(JSON.parse(first.stdout).alerts.length).toBeGreaterThan(5);
    expect(JSON.parse(second.stdout).alerts).toEqual(JSON.parse(first.stdout).alerts);
    expect(JSON.parse(second.stdout).anomalies).toEqual(JSON.parse(first.stdout).anomalies);
  });
});

describe('check', () => {
  it('judges a context as the lab describes one', async () => {
    const demo = await bpfwitness(['check', '--context', 'test/conformance/context-demo.json']);
    expect(demo.exitCode).toBe(0);
    expect(demo.stdout).toContain('[FAIL] Frozen Configuration (warning)');
    expect(demo.stdout).toContain('FAIL: 5 passed, 1 failed, worst warning');
    const strict = ['check', '--context', 'test/conformance/context-demo.json', '--fail-on', 'warning', '--json'];
    const json = await bpfwitness(strict);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ total: 6, passed: 5, failed: 1, overall: 'fail' });
  });

  it('judges a context by a profile and with exceptions that are asked for, and refuses what it has no use for', async () => {
    const context = ['check', '--context', 'test/conformance/context-demo.json'];
    const profile = join(folder, 'context.yaml');
    writeFileSync(
      profile,
      'name: mine\nextends: lab\nchecks: { check-frozen-config: critical, check-audit-enabled: off }',
    );
    const exceptions = join(folder, 'context.json');
    writeFileSync(exceptions, '[{"check":"check-frozen-config","reason":"ours","until":"2099-01-01"}]');
    const [usual, own, excepted] = await Promise.all([
      bpfwitness(context),
      bpfwitness([...context, '--profile', profile, '--json']),
      bpfwitness([...context, '--profile', 'lab', '--exceptions', exceptions]),
    ]);
    expect(usual.stdout).toContain('\nProfile: lab\nFAIL: ');
    expect(own.exitCode).toBe(1);
    expect(JSON.parse(own.stdout)).toMatchObject({ profile: { name: 'mine' }, total: 5, highestSeverity: 'critical' });
    expect(excepted.exitCode).toBe(0);
    expect(excepted.stdout).toMatch(/Lived with: .*: ours \(until 2099-01-01\)[\s\S]*\nPASS: 6 passed, 0 failed\n$/);
    const refused = await Promise.all(
      [['a.log'], ['--live'], ['--state', folder], ['--no-audit-log'], ['--interval', '2s']].map((args) =>
        bpfwitness([...context, ...args]),
      ),
    );
    for (const each of refused) expect(each).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused[2]?.stderr).toBe('bpfwitness: --context stands alone: it has no use for --state\n');
  });

  it('compares a context with the bounds of the profile', async () => {
    const maps = [{ name: 'm', type: 'hash', 'max-entries': 1, frozen: false }];
    const path = join(folder, 'bounds.yaml');
    writeFileSync(path, 'name: bounds\nextends: lab\nhelpers: [map_lookup_elem]');
    const stdin = JSON.stringify({ maps, programs: [{ name: 'p', uid: 0, helpers: ['map_update_elem'] }] });
    const statusBy = async (profile: string) => {
      const { stdout } = await bpfwitness(['check', '--context', '-', '--profile', profile, '--json'], { stdin });
      const results: readonly { readonly id: string; readonly status: string }[] = JSON.parse(stdout).results;
      return results.find(({ id }) => id === 'check-helper-whitelist')?.status;
    };
    expect(await Promise.all([statusBy('lab'), statusBy(path)])).toEqual(['passed', 'failed']);
  });

  it('says where a context is wrong', async () => {
    const { exitCode, stderr } = await bpfwitness(['check', '--context', '-'], { stdin: '{"maps":[{"name":7}]}' });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('maps[0].name');
  });

  it('does not call a pass what it could not look at', async () => {
    const { stdout } = await bpfwitness(['check', join(folder, 'audit.log')]);
    expect(stdout).toMatch(/INCONCLUSIVE: 0 passed, 0 failed, \d+ inconclusive/);
  });
});

describe('report', () => {
  it('writes text, JSON and CSV, to a file too', async () => {
    const log = join(folder, 'audit.log');
    const file = join(folder, 'report.csv');
    const [text, json, csv] = await Promise.all([
      bpfwitness(['report', log]),
      bpfwitness(['report', log, '--json']),
      bpfwitness(['report', log, '--format', 'csv', '-o', file]),
    ]);
    expect(text.stdout).toContain('SECURITY COMPLIANCE REPORT');
    expect(text.stdout).toContain('Total events: 3');
    expect(JSON.parse(json.stdout)).toMatchObject({
      format: 'bpfwitness-report',
      auditSummary: { totalEvents: 3 },
      intake: { unreadableCount: 0, inputs: [{ lines: 4 }] },
    });
    expect(csv.stdout).toBe('');
    expect(readFileSync(file, 'utf8')).toMatch(/^check_id,name,severity,passed,details\r\n/);
  });

  it('writes HTML, Markdown, JUnit and SARIF, each the same at the second run, id and run time aside', async () => {
    const args = ['report', 'demo/demo.capture.gz', '--format'];
    const starts = {
      html: '<!DOCTYPE html>',
      markdown: '# BPF security compliance report',
      junit: '<?xml version="1.0" encoding="UTF-8"?>',
      sarif: '{\n  "version": "2.1.0"',
    };
    for (const [format, start] of Object.entries(starts)) {
      const [a, b] = await Promise.all([bpfwitness([...args, format]), bpfwitness([...args, format])]);
      expect([a.exitCode, a.stderr]).toEqual([1, '']);
      expect(a.stdout.slice(0, start.length)).toBe(start);
      expect(a.stdout).toContain('sys_helper');
      expect(withoutIdAndTime(a.stdout)).toBe(withoutIdAndTime(b.stdout));
    }
  });

  it('leaves an earlier report as it was when there is nothing to make another of', async () => {
    const file = join(folder, 'earlier.txt');
    writeFileSync(file, 'earlier'.repeat(10_000));
    const failed = await bpfwitness(['report', join(folder, 'nothing-here'), '-o', file]);
    expect(failed.exitCode).toBe(3);
    expect(readFileSync(file, 'utf8')).toBe('earlier'.repeat(10_000));
    await bpfwitness(['report', join(folder, 'audit.log'), '--force', '-o', file]);
    expect(readFileSync(file, 'utf8')).not.toContain('earlier');
  });

  it('does not write over what it reads', async () => {
    const log = join(folder, 'kept.log');
    writeFileSync(log, AUDIT_LOG);
    const { exitCode, stderr } = await bpfwitness(['report', log, '-o', log]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('it is one of the files to be read');
    expect(readFileSync(log, 'utf8')).toBe(AUDIT_LOG);
  });

  it('is the same, byte for byte, at the second run, id and run time aside', async () => {
    const log = join(folder, 'audit.log');
    const [a, b] = await Promise.all([bpfwitness(['report', log, '--json']), bpfwitness(['report', log, '--json'])]);
    expect(a.stdout).not.toBe(b.stdout);
    expect(withoutRun(a.stdout)).toBe(withoutRun(b.stdout));
  });
});

/** The ids of reports are of version 4, those of events of version 7. */
function withoutIdAndTime(report: string): string {
  const made = /2\d{3}-\d\d-\d\dT[\d:.]+Z/g;
  const today = Date.now() - 86_400_000;
  return report
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(made, (time) => (Date.parse(time) > today ? 'NOW' : time))
    .replace(/ time="[\d.]+"/g, '');
}

function withoutRun(report: string): string {
  return report.replace(/"(reportId|generatedAt|durationMs)": [^\n]*/g, '"$1": 0');
}
