import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { bpfwitness } from '../helpers/cli.ts';
import { temporaryDirectory, UNBOUNDED } from '../store/fixture.ts';
import { makeEvent } from '../store/fixture-event.ts';

it('verifies a state directory and a journal that a link leads to', async () => {
  const folder = temporaryDirectory();
  const state = join(folder, 'state');
  const store = await openStore({ ...UNBOUNDED, stateDir: state });
  store.append([makeEvent(1)]);
  await store.close();
  symlinkSync(state, join(folder, 'link'));
  symlinkSync(join(state, 'journal-000000000000001.jsonl'), join(folder, 'journal'));
  for (const name of ['link', 'journal']) {
    const { exitCode, stdout, stderr } = await bpfwitness(['verify', join(folder, name)]);
    expect([exitCode, stdout, stderr]).toEqual([0, expect.stringContaining('whole: 2 groups'), '']);
  }
});
