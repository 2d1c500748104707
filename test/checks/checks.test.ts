import { describe, expect, it, onTestFinished } from 'vitest';
import { LAB_CHECKS } from '../../src/checks/builtin.ts';
import { parseLabContext } from '../../src/checks/context.ts';
import { runChecks } from '../../src/checks/run.ts';
import type { CheckDefinition, CheckResult, CheckRun } from '../../src/model/check.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Json } from '../../src/model/json.ts';
import { openStore } from '../../src/store/open.ts';

const CLEAN = {
  programs: [{ name: 'monitor', uid: 1000, helpers: ['map_lookup_elem', 'ktime_get_ns'] }],
  maps: [{ name: 'stats', 'max-entries': 256 }],
  capabilities: ['cap_bpf', 'cap_perfmon', 'cap_net_admin'],
  'audit-enabled': true,
};

async function run(inventory: Inventory, definitions: readonly CheckDefinition[] = LAB_CHECKS): Promise<CheckRun> {
  const store = await openStore({ maxEvents: 0, stateDir: null });
  onTestFinished(() => store.close());
  store.setInventory(inventory);
  return runChecks(
    definitions,
    (sql) => store.rows(sql),
    inventory.covers,
    42,
    () => 0,
  );
}

/** The result of one check over a lab context that differs from a clean one. */
async function check(id: string, changes: { readonly [key: string]: Json }): Promise<CheckResult> {
  const { results } = await run(parseLabContext({ ...CLEAN, ...changes }).inventory);
  const result = results.find((each) => each.id === id);
  if (result === undefined) throw new Error(`no check ${id}`);
  return result;
}

describe('the lab checks', () => {
  it('are the six of the lab, in its order', () => {
    expect(LAB_CHECKS.map(({ id, name, severity }) => [id, name, severity])).toEqual([
      ['check-root-programs', 'Root-Owned Programs', 'warning'],
      ['check-map-limits', 'Map Entry Limits', 'error'],
      ['check-capabilities', 'Minimal Capabilities', 'warning'],
      ['check-audit-enabled', 'Audit Logging', 'critical'],
      ['check-frozen-config', 'Frozen Configuration', 'warning'],
      ['check-helper-whitelist', 'Helper Whitelist', 'error'],
    ]);
    for (const { description, rationale, remedy, references } of LAB_CHECKS) {
      expect(Math.min(description.length, rationale.length, remedy.length, references.length)).toBeGreaterThan(0);
    }
  });

  it('pass on a clean host', async () => {
    const result = await run(parseLabContext(CLEAN).inventory);
    expect(result).toMatchObject({
      time: 42,
      total: 6,
      passed: 6,
      failed: 0,
      inconclusive: 0,
      overall: 'pass',
      highestSeverity: null,
    });
  });

  it('are inconclusive where nothing was looked at, never passed', async () => {
    const nothing = {
      ...parseLabContext(CLEAN).inventory,
      covers: [],
      programs: [],
      maps: [],
      capabilities: [],
      audit: null,
    };
    const result = await run(nothing);
    expect(result).toMatchObject({
      passed: 0,
      failed: 0,
      inconclusive: 6,
      overall: 'inconclusive',
      highestSeverity: null,
    });
    expect(result.results.map((each) => each.reason)).toEqual([
      'not looked at: programs',
      'not looked at: maps',
      'not looked at: processes, all-processes',
      'not looked at: audit',
      'not looked at: maps',
      'not looked at: programs, helpers',
    ]);
  });

  it('name the worst severity among the failed', async () => {
    const maps = [{ name: 'config', 'max-entries': null }];
    const result = await run(parseLabContext({ ...CLEAN, maps }).inventory);
    expect(result).toMatchObject({ passed: 4, failed: 2, overall: 'fail', highestSeverity: 'error' });
  });
});

describe('check-root-programs', () => {
  const program = (name: string, uid: number | null) => ({ name, uid, helpers: [] });

  it('names the programs of root', async () => {
    const result = await check('check-root-programs', { programs: [program('prog1', 1000), program('prog2', 0)] });
    expect(result.status).toBe('failed');
    expect(result.violations).toEqual([
      {
        objectKind: 'program',
        objectId: 2,
        objectName: 'prog2',
        message: 'was loaded by root',
        fields: { type: '', uid: 0 },
      },
    ]);
    expect(result.reason).toBeNull();
  });

  it('does not judge a program whose loader is not known', async () => {
    const result = await check('check-root-programs', { programs: [program('a', null), program('b', null)] });
    expect(result).toMatchObject({
      status: 'inconclusive',
      violations: [],
      reason: 'could not be judged: program a was loaded by a user that is not known, and 1 more: program b',
    });
    const both = await check('check-root-programs', { programs: [program('a', null), program('b', 0)] });
    expect(both.status).toBe('failed');
    expect(both.undecided.map((each) => each.objectName)).toEqual(['a']);
  });
});

describe('check-map-limits', () => {
  it('fails on a map without a limit, and not on one of 0 entries', async () => {
    const maps: Json = [{ name: 'a', 'max-entries': 0 }, { name: 'b' }];
    const result = await check('check-map-limits', { maps });
    expect(result.violations.map((each) => each.objectName)).toEqual(['b']);
    expect((await check('check-map-limits', { maps: [] })).status).toBe('passed');
  });
});

describe('check-capabilities', () => {
  it('lists what each holder has too much', async () => {
    const result = await check('check-capabilities', { capabilities: ['cap_sys_admin', 'cap_bpf', 'cap_chown'] });
    expect(result.violations).toEqual([
      {
        objectKind: 'process',
        objectId: null,
        objectName: '',
        message: 'holds cap_chown, cap_sys_admin',
        fields: { capabilities: 'cap_chown, cap_sys_admin' },
      },
    ]);
    expect((await check('check-capabilities', { capabilities: [] })).status).toBe('passed');
  });

  it('counts them where the list would be long', async () => {
    const few = ['cap_chown', 'cap_kill', 'cap_setuid', 'cap_setgid', 'cap_mknod', 'cap_fowner', 'cap_sys_chroot'];
    const said = async (capabilities: string[]): Promise<string | undefined> =>
      (await check('check-capabilities', { capabilities })).violations[0]?.message;
    expect(await said(few)).toBe('holds 7 capabilities too many');
    expect(await said([...few, 'cap_sys_admin'])).toBe('holds 8 capabilities too many, cap_sys_admin among them');
  });
});

describe('check-audit-enabled', () => {
  it('fails when auditing is off', async () => {
    const result = await check('check-audit-enabled', { 'audit-enabled': false });
    expect(result).toMatchObject({ status: 'failed', severity: 'critical' });
  });

  it.each([
    [0, 'failed'],
    [1, 'passed'],
    [2, 'passed'],
  ])('reads enabled %i as %s', async (enabled, status) => {
    const { inventory } = parseLabContext(CLEAN);
    const result = await run({ ...inventory, audit: { enabled, lost: 12, backlog: 3 } });
    expect(result.results[3]?.status).toBe(status);
  });

  it('is inconclusive when the status was asked for and not had', async () => {
    const result = await run({ ...parseLabContext(CLEAN).inventory, audit: null });
    expect(result.results[3]).toMatchObject({
      status: 'inconclusive',
      reason: 'could not be judged: audit kernel audit has a state that is not known',
    });
  });
});

describe('check-frozen-config', () => {
  it('fails on each map named config that is not frozen', async () => {
    const map = (name: string, frozen: boolean | null) => ({ name, 'max-entries': 1, frozen });
    const maps = [
      map('config', false),
      map('my_config_v2', null),
      map('Config', false),
      map('xconfig', true),
      map('a', false),
    ];
    const result = await check('check-frozen-config', { maps });
    expect(result.violations.map((each) => [each.objectName, each.message])).toEqual([
      ['config', 'is not frozen'],
      ['my_config_v2', 'is not known to be frozen'],
    ]);
  });
});

describe('check-helper-whitelist', () => {
  it('gives a row for each program and helper', async () => {
    const programs = [
      { name: 'p', uid: 1, helpers: ['probe_write_user', 'map_lookup_elem', 'override_return'] },
      { name: 'q', uid: 1, helpers: ['override_return', 'ringbuf_output', 'get_current_pid_tgid', 'map_update_elem'] },
    ];
    const result = await check('check-helper-whitelist', { programs });
    expect(result.violations.map((each) => [each.objectId, each.objectName, each.fields])).toEqual([
      [1, 'p', { helper: 'override_return' }],
      [1, 'p', { helper: 'probe_write_user' }],
      [2, 'q', { helper: 'override_return' }],
    ]);
  });

  it('does not judge a program whose instructions could not be read', async () => {
    const result = await check('check-helper-whitelist', { programs: [{ name: 'p', uid: 1 }] });
    expect(result).toMatchObject({ status: 'inconclusive', violations: [] });
    expect(result.undecided).toHaveLength(1);
  });
});

describe('runChecks', () => {
  const definition = (sql: string): CheckDefinition => ({
    id: 'check-own',
    name: 'Own',
    severity: 'info',
    description: '',
    rationale: '',
    remedy: '',
    references: [],
    needs: [],
    sql,
  });

  it('makes a check that cannot be run inconclusive and goes on', async () => {
    const definitions = [
      definition('SELECT * FROM nowhere'),
      definition('DELETE FROM program'),
      definition('SELECT 1 WHERE 0'),
    ];
    const result = await run(parseLabContext(CLEAN).inventory, definitions);
    expect(result.results.map((each) => [each.status, each.reason])).toEqual([
      ['inconclusive', 'the check could not be run: no such table: nowhere'],
      ['inconclusive', 'the check could not be run: only a statement that reads is allowed: SELECT, WITH or VALUES'],
      ['passed', null],
    ]);
  });

  it('takes a row without the usual columns as a violation', async () => {
    const result = await run(parseLabContext(CLEAN).inventory, [
      definition("SELECT 5 AS x, 'a' AS object_id, 7 AS message"),
    ]);
    expect(result.results[0]?.violations).toEqual([
      { objectKind: '', objectId: null, objectName: '', message: '7', fields: { x: 5 } },
    ]);
  });

  it('asks nothing, and passes nothing, where nothing was looked at', () => {
    const rows = () => [{ object_kind: 'host', object_id: null, object_name: 'x', message: 'wrong' }];
    const needy = { ...definition(''), needs: ['programs' as const] };
    const result = runChecks([definition(''), needy], rows, [], 0, () => 0);
    expect(result.results.map(({ status, reason, violations }) => [status, reason, violations])).toEqual([
      ['inconclusive', 'nothing was looked at', []],
      ['inconclusive', 'not looked at: programs', []],
    ]);
  });

  it('is not applicable where its discovery finds nothing, and inconclusive where that could not look', () => {
    const asked: string[] = [];
    const query = (sql: string) => {
      asked.push(sql);
      return sql === 'some' ? [{ one: 1 }] : [];
    };
    const of = (discovery: string, needs: CheckDefinition['needs']) => ({ ...definition('rule'), discovery, needs });
    const { results, notApplicable, overall } = runChecks(
      [of('some', ['programs']), of('none', ['programs']), of('none', ['maps'])],
      query,
      ['programs'],
      0,
      () => 0,
    );
    expect(results.map(({ status }) => status)).toEqual(['passed', 'not-applicable', 'inconclusive']);
    expect([notApplicable, overall]).toEqual([1, 'inconclusive']);
    expect(asked).toEqual(['some', 'rule', 'none', 'rule']);
  });

  it('measures each check with the stopwatch that it is given', () => {
    let time = 0;
    const stopwatch = () => {
      time += 2.5;
      return time;
    };
    const result = runChecks([definition(''), definition('')], () => [], [], 0, stopwatch);
    expect(result.results.map((each) => each.durationMs)).toEqual([2.5, 2.5]);
  });
});
