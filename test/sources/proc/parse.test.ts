import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { settingValue } from '../../../src/normalise/kernel-settings.ts';
import { parseAuditStatus } from '../../../src/sources/proc/audit-status.ts';
import { capabilityNames } from '../../../src/sources/proc/capability-names.ts';
import { programSymbols, readKallsyms, symbolsAt } from '../../../src/sources/proc/kallsyms.ts';
import { kindOfFd, parseFdinfo, parseStartTime, parseStatus } from '../../../src/sources/proc/parse.ts';

describe('kindOfFd', () => {
  it.each([
    ['anon_inode:bpf-prog', 'program'],
    ['anon_inode:bpf-map', 'map'],
    ['anon_inode:bpf_link', 'link'],
    ['anon_inode:bpf-link', 'link'],
    ['anon_inode:btf', null],
    ['anon_inode:[perf_event]', null],
    ['/tmp/anon_inode:bpf-prog', null],
    ['socket:[123]', null],
  ])('%s: %s', (target, kind) => expect(kindOfFd(target)).toBe(kind));
});

describe('parseFdinfo', () => {
  it('reads the id of its kind, not that of another object in the file', () => {
    const link = 'pos:\t0\nflags:\t02000002\nlink_type:\txdp\nlink_id:\t7\nprog_tag:\tab\nprog_id:\t12\nifindex:\t1\n';
    expect(parseFdinfo('link', link)).toEqual({ kind: 'link', id: 7 });
    expect(parseFdinfo('program', 'prog_type:\t6\nprog_id:\t12\n')).toEqual({ kind: 'program', id: 12 });
    expect(parseFdinfo('map', 'map_type:\t2\nmap_id:\t3\nfrozen:\t0\n')).toEqual({ kind: 'map', id: 3 });
    expect(parseFdinfo('map', 'pos:\t0\n')).toBeNull();
  });
});

describe('parseStatus', () => {
  it('reads the effective uid and capabilities', () => {
    const status = 'Name:\tperl\nUid:\t1000\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapPrm:\t0\nCapEff:\t000000c000201000\n';
    expect(parseStatus(status)).toEqual({
      uid: 0,
      capabilities: ['cap_net_admin', 'cap_sys_admin', 'cap_perfmon', 'cap_bpf'],
    });
    expect(parseStatus('')).toEqual({ uid: null, capabilities: [] });
  });
});

describe('capabilityNames', () => {
  it.each([
    ['0000000000000000', []],
    ['0000000000000001', ['cap_chown']],
    ['0000010000000000', ['cap_checkpoint_restore']],
    ['8000020000000000', ['cap_41', 'cap_63']],
    ['nonsense', []],
  ])('%s', (mask, names) => expect(capabilityNames(mask)).toEqual(names));

  it('names every bit once', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (mask) => {
        const names = capabilityNames(mask.toString(16));
        expect(names).toHaveLength([...mask.toString(2)].filter((bit) => bit === '1').length);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});

describe('parseStartTime', () => {
  const rest = 'S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000';
  it.each(['perl', 'a) b', '\u001b[31m', 'x\ny ('])('reads field 22 after the comm %j', (comm) => {
    expect(parseStartTime(`42 (${comm}) ${rest}`)).toBe(98765);
  });
  it('has none in a text that is cut', () => expect(parseStartTime('42 (perl) S 1')).toBeNull());
});

/** A text of /proc/kallsyms as it is read. */
const pieces = (text: string) => [Buffer.from(text)];

describe('programSymbols', () => {
  const kallsyms = [
    'ffffffff81000000 T __bpf_call_base',
    'ffffffffc0000000 t bpf_prog_0123456789abcdef_module\t[module]',
    'ffffffffc0000040 t bpf_trampoline_6442536467\t[bpf]',
    'ffffffffc0025d40 t bpf_dispatcher_xdp\t[bpf]',
    'ffffffffc0025be4 t bpf_prog_9bf6d88144148dc4_wit_xdp\t[bpf]',
    'ffffffffc0025c8c t bpf_prog_2e0ee79a9c18f2dd\t[bpf]',
    'ffffffffc0025d14 t bpf_prog_8FC2\t[bpf]',
    '',
  ].join('\n');

  it('are those of programs, with or without a name', () => {
    const found = ['ffffffffc0025be4 bpf_prog_9bf6d88144148dc4_wit_xdp', 'ffffffffc0025c8c bpf_prog_2e0ee79a9c18f2dd'];
    expect(programSymbols(pieces(kallsyms))).toEqual(found);
    // The first of all, and the last without a line end.
    expect(programSymbols(pieces('c0 t bpf_prog_2e0ee79a9c18f2dd_a\t[bpf]'))).toEqual([
      'c0 bpf_prog_2e0ee79a9c18f2dd_a',
    ]);
    expect(programSymbols([])).toEqual([]);
    expect(programSymbols(pieces('ffffffff81000000 T __bpf_call_base\n'))).toEqual([]);
  });
});

describe('symbolsAt', () => {
  const kallsyms = [
    'ffffffff81000000 T __bpf_call_base',
    'ffffffff81000010 t other_name',
    'ffffffff81000010 T bpf_ktime_get_ns',
    'ffffffff81000020 t __htab_map_lookup_elem',
    'ffffffffc0000000 t bpf_kfunc\t[module]',
    'ffffffff80fffff0 T bpf_before',
  ].join('\n');

  it('names functions by their distance, before and behind the base, in modules too', () => {
    expect(symbolsAt([0x10, 0x20, -16, 0x3f000000, 0x30], () => pieces(kallsyms))).toEqual(
      new Map([
        [0x10, 'bpf_ktime_get_ns'],
        [0x20, '__htab_map_lookup_elem'],
        [-16, 'bpf_before'],
        [0x3f000000, 'bpf_kfunc'],
      ]),
    );
  });

  it('knows nothing where addresses are hidden or the base is missing', () => {
    expect(symbolsAt([0x10], () => pieces('0000000000000000 T __bpf_call_base\n0000000000000000 T bpf_x\n')).size).toBe(
      0,
    );
    expect(symbolsAt([0x10], () => []).size).toBe(0);
  });
});

describe('readKallsyms', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bpfwitness-kallsyms-'));
  const file = join(folder, 'kallsyms');
  afterAll(() => rmSync(folder, { recursive: true }));
  const line = (at: number) => `${(0xc0000000 + at).toString(16)} t bpf_prog_${String(at).padStart(16, '0')}_f\t[bpf]`;

  it('gives pieces of whole lines, of which none is lost and none is the whole text', () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => line(at));
    for (const end of ['\n', '']) {
      writeFileSync(file, lines.join('\n') + end);
      const sizes = [...readKallsyms(file)].map(({ length }) => length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(statSync(file).size);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
      expect(programSymbols(readKallsyms(file))).toHaveLength(lines.length);
    }
    writeFileSync(file, ['80000000 T __bpf_call_base', ...lines].join('\n'));
    expect(symbolsAt([0x40000000 + 12_345], () => readKallsyms(file)).size).toBe(1);
  });

  it('gives nothing where there is no such file, and ends at a line without an end', () => {
    expect([...readKallsyms(join(folder, 'none'))]).toEqual([]);
    writeFileSync(file, 'x'.repeat(200_000));
    expect([...readKallsyms(file)]).toEqual([]);
  });
});

describe('settingValue', () => {
  it.each([
    ['none [integrity] confidentiality', 'integrity'],
    ['[none] integrity confidentiality', 'none'],
    ['odd', 'odd'],
  ])('%s: %s', (text, level) => expect(settingValue('lockdown', text)).toBe(level));
});

describe('parseAuditStatus', () => {
  it('reads what auditctl prints today', () => {
    const text =
      'enabled 2\nfailure 1\npid 812\nrate_limit 0\nbacklog_limit 64\nlost 17\nbacklog 3\nbacklog_wait_time 15000\n';
    expect(parseAuditStatus(text)).toEqual({ enabled: 2, lost: 17, backlog: 3 });
  });
  it('reads what it printed on one line', () => {
    const text = 'AUDIT_STATUS: enabled=1 flag=1 pid=1 rate_limit=0 backlog_limit=320 lost=4 backlog=0';
    expect(parseAuditStatus(text)).toEqual({ enabled: 1, lost: 4, backlog: 0 });
  });
  it('has none in anything else', () => expect(parseAuditStatus('You must be root')).toBeNull());
});
