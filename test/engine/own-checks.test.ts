import { describe, expect, it } from 'vitest';
import { parseSqlFile } from '../../src/checks/pack/sql-file.ts';
import { checkTemplate } from '../../src/checks/pack/template.ts';
import { parseProfile } from '../../src/checks/profile-file.ts';
import { EngineClient } from '../../src/engine/client.ts';
import type { EngineConfig } from '../../src/engine/config.ts';
import type { CheckDefinition } from '../../src/model/check.ts';

const ENTRY = new URL('../../src/thread.ts', import.meta.url);

const ownChecks = parseSqlFile('mine.sql', checkTemplate('mine')).checks.map(({ definition }) => definition);

async function verdicts(
  checks: readonly CheckDefinition[],
  profile: EngineConfig['profile'] = 'lab',
): Promise<readonly (readonly string[])[]> {
  const config: EngineConfig = {
    input: { mode: 'replay', inputs: ['demo/demo.capture.gz'], speed: Number.POSITIVE_INFINITY },
    profile,
    maxEvents: 1000,
    stateDir: null,
    windowMs: 10_000,
    learnMs: 60_000,
    alertLog: null,
    ownChecks: checks,
  };
  const engine = new EngineClient(ENTRY, config);
  try {
    await engine.started;
    while (engine.view()?.replay?.state !== 'ended')
      await new Promise((resolve) => engine.subscribe(() => resolve(null)));
    const results = engine.view()?.checks?.results ?? [];
    return results.slice(-checks.length).map(({ id, status, reason }) => [id, status, reason ?? '']);
  } finally {
    await engine.stop();
  }
}

describe("checks of the user's own, in the engine's thread", () => {
  it('are run there, beside those that cannot be', async () => {
    const refused = ownChecks.map((check) => ({ ...check, id: 'wrong', refused: 'x.sql:1: it is wrong' }));
    expect(await verdicts([...ownChecks, ...refused])).toEqual([
      ['mine', 'passed', ''],
      ['wrong', 'inconclusive', 'x.sql:1: it is wrong'],
    ]);
  });

  it('compare with what a profile of the user says, as the others do', async () => {
    const text = 'name: x\nextends: stig-rhel9\nchecks: { check-helper-whitelist: on }\nhelpers: [tail_call]';
    const profile = parseProfile('x.yaml', text);
    const sql =
      "SELECT 'helper' AS object_kind, 1 AS object_id, name AS object_name, 'is' AS message FROM allowed_helper";
    const [like] = ownChecks as [CheckDefinition];
    const verdict = await verdicts([{ ...like, sql: `${sql} WHERE name <> 'tail_call'` }], profile);
    expect(verdict).toEqual([['mine', 'passed', '']]);
  });
});
