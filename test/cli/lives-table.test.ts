import { describe, expect, it } from 'vitest';
import { livesCsv } from '../../src/cli/lives-csv.ts';
import { livesTable } from '../../src/cli/lives-table.ts';
import type { ProgramLife } from '../../src/trends/program-lives.ts';

const LOADED = Date.UTC(2024, 1, 10, 6, 35, 43, 213);

function life(over: Partial<ProgramLife> = {}): ProgramLife {
  const actor = { pid: 42, uid: 0, auid: 1000, comm: 'loader', exe: '/usr/bin/loader' };
  return {
    host: 'web-1',
    programId: 60,
    name: 'watch_exec',
    type: 'kprobe',
    tag: 'a04f5eef06a7f555',
    loaded: { time: LOADED, eventId: 'a', actor, severity: 'warning' },
    unloaded: { time: LOADED + 16_787, eventId: 'b', actor: null },
    lifeMs: 16_787,
    end: 'unloaded',
    ...over,
  };
}

const LIVES = [
  life({ programId: null, name: null, type: null, tag: null, loaded: null, lifeMs: null }),
  life(),
  life({
    programId: 1061,
    name: null,
    unloaded: { time: LOADED + 90_000_000, eventId: 'c', actor: null },
    lifeMs: 9e7,
  }),
  life({ programId: 62, unloaded: null, lifeMs: null, end: 'still loaded at the end', name: null, tag: null }),
  life({ programId: 63, unloaded: null, lifeMs: null, end: 'boot' }),
  life({ programId: 64, unloaded: null, lifeMs: null, end: 'unloaded' }),
];

describe('the table of lives', () => {
  it('says who loaded what, when, for how long, and how it ended', () => {
    expect(livesTable(LIVES)).toBe(
      [
        '  ID  PROGRAM                   LOADED               GONE                  LIFE  LOADED BY',
        '   ?  -                         before               2024-02-10 06:36:00      ?  ?',
        '  60  kprobe watch_exec         2024-02-10 06:35:43  06:36:00             16.7s  loader(42) uid 0 auid 1000 /usr/bin/loader',
        '1061  kprobe tag a04f5eef06a7…  2024-02-10 06:35:43  2024-02-11 07:35:43  1d01h  loader(42) uid 0 auid 1000 /usr/bin/loader',
        '  62  kprobe                    2024-02-10 06:35:43  still there              ?  loader(42) uid 0 auid 1000 /usr/bin/loader',
        '  63  kprobe watch_exec         2024-02-10 06:35:43  reboot                   ?  loader(42) uid 0 auid 1000 /usr/bin/loader',
        '  64  kprobe watch_exec         2024-02-10 06:35:43  unseen                   ?  loader(42) uid 0 auid 1000 /usr/bin/loader',
        '',
      ].join('\n'),
    );
  });

  it('names the host where there are several, and shows nothing raw', () => {
    const table = livesTable([life(), life({ host: 'db\u001b[2J', name: 'x\ny' })]);
    expect(table).toMatch(/^HOST {7}/);
    expect(table).toContain('db\\x1b[2J');
    expect(table).toContain('x\\ny');
    expect(table).not.toContain('\u001b');
  });

  it('takes whatever an actor is said to be', () => {
    const loaded = { time: LOADED, eventId: 'a', severity: 'info' as const };
    const by = (actor: NonNullable<ProgramLife['loaded']>['actor']) =>
      livesTable([life({ loaded: { ...loaded, actor } })]);
    expect(by({ pid: 'x', comm: ['y'], exe: '/bin/z' })).toMatch(/ {2}\/bin\/z\n$/);
    expect(by({ pid: 7 })).toMatch(/ {2}pid\(7\)\n$/);
    expect(by(null)).toMatch(/ {2}\?\n$/);
  });
});

describe('lives as CSV', () => {
  it('have a row each, empty where nothing is known, and nothing for a spreadsheet to run', () => {
    const [header, before, whole] = livesCsv([LIVES[0] ?? life(), life({ name: '=cmd()' })]).split('\r\n');
    expect(header).toBe(
      'host,program_id,name,type,tag,loaded,loaded_by_comm,loaded_by_exe,loaded_by_pid,loaded_by_uid,loaded_by_auid,unloaded,life_ms,end',
    );
    expect(before).toBe('web-1,,,,,,,,,,,2024-02-10T06:36:00.000Z,,unloaded');
    expect(whole).toBe(
      "web-1,60,'=cmd(),kprobe,a04f5eef06a7f555,2024-02-10T06:35:43.213Z,loader,/usr/bin/loader,42,0,1000,2024-02-10T06:36:00.000Z,16787,unloaded",
    );
  });
});
