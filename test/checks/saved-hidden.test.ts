import { describe, expect, it } from 'vitest';
import { runChecks } from '../../src/checks/run.ts';
import { UNLISTED_OBJECTS } from '../../src/checks/unlisted-objects.ts';
import type { CheckResult } from '../../src/model/check.ts';
import type { Observation } from '../../src/model/observation.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { memoryInput } from '../../src/sources/bytes.ts';
import { savedBpftoolSource } from '../../src/sources/saved-bpftool.ts';
import { openStore } from '../../src/store/open.ts';
import { auditLoad, auditUnload, bpftoolMap, bpftoolProgram, snapshotAt } from '../helpers/observations.ts';
import { collect } from '../sources/helpers.ts';

const PROGRAMS = [bpftoolProgram(1), bpftoolProgram(12)];
const LINKS = [{ id: 3, type: 'xdp', prog_id: 9, devname: 'lo', ifindex: 1 }];

/** What the check says of a folder with these programs, whose links were saved `later` ms after them. */
async function judged(
  programs: string,
  later = 0,
  links: readonly object[] = LINKS,
  more: readonly string[] = [],
): Promise<CheckResult | undefined> {
  const input = (name: string, text: string, modified: number) => ({
    ...memoryInput(name, Buffer.from(text)),
    modified,
  });
  const files = [
    input('prog.json', programs, 1000),
    input('map.json', JSON.stringify([bpftoolMap(5)]), 1000),
    input('link.json', JSON.stringify(links), 1000 + later),
    ...more.map((text, index) => input(`more-${index}.json`, text, 1000)),
  ];
  const normaliser = new Normaliser();
  const store = await openStore({ maxEvents: 0, stateDir: null });
  try {
    const seen = await collect(savedBpftoolSource('saved', files, () => 0));
    const inventory = seen.map((each) => normaliser.push(each).inventory).findLast((each) => each !== null);
    if (inventory === null || inventory === undefined) throw new Error('no look');
    store.setInventory(inventory);
    const query = (sql: string) => store.rows(sql);
    return runChecks([UNLISTED_OBJECTS], query, inventory.covers, 0, () => 0).results[0];
  } finally {
    await store.close();
  }
}

describe('a program that a saved link names', () => {
  it('is hidden when the whole listing beside it lacks it', async () => {
    const result = await judged(JSON.stringify(PROGRAMS));
    expect(result?.status).toBe('failed');
    expect(result?.violations[0]).toMatchObject({
      objectId: 9,
      message:
        'is not in the whole listing prog.json, and link 3 (xdp lo) names it; a second look at saved files is not possible',
    });
  });

  it('is left open when it is an iterator, as bpftool loads one for each listing', async () => {
    const links = [{ id: 3, type: 'iter', prog_id: 9, target_name: 'task_file' }];
    expect((await judged(JSON.stringify(PROGRAMS), 0, links))?.status).toBe('inconclusive');
  });

  it('is judged by the number of looks where the files are of several at one time', async () => {
    const twice = [JSON.stringify(PROGRAMS), JSON.stringify(LINKS)];
    const result = await judged(JSON.stringify(PROGRAMS), 0, LINKS, twice);
    expect(JSON.stringify(result)).not.toContain('the whole listing');
  });

  it('is not judged when it is listed', async () => {
    expect((await judged(JSON.stringify([...PROGRAMS, bpftoolProgram(9)])))?.status).toBe('passed');
  });

  it.each([
    ['only one program was asked for', JSON.stringify(bpftoolProgram(1)), 0],
    ['only one name was asked for', JSON.stringify([1, 2].map((id) => bpftoolProgram(id, { name: 'x' }))), 0],
    ['the listing is cut', JSON.stringify(PROGRAMS).slice(0, -1), 0],
    ['the files were saved seconds apart', JSON.stringify(PROGRAMS), 5000],
  ])('is left open, and named, when %s', async (_, programs, later) => {
    const result = await judged(programs, later);
    expect(result?.violations).toEqual([]);
    expect(result?.status).toBe('inconclusive');
    if (!programs.endsWith(']') && programs.startsWith('[')) return;
    expect(result?.reason).toContain('program 9');
  });
});

describe('a program that the audit log of the same folder loaded', () => {
  const LISTED_AT = 1_700_000_000_000;

  /** What is found hidden with these records beside a listing of programs 1 and 12. */
  function found(observations: readonly Observation[], isWhole = true): readonly unknown[] {
    const look = snapshotAt(LISTED_AT, {
      ...{ host: 'unknown', boot: null, prog: PROGRAMS, origins: { programs: 'prog.json' } },
      ...(isWhole ? { wholeListings: ['programs'] } : {}),
    });
    const normaliser = new Normaliser();
    const seen = [...observations, look].sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
    const inventories = [...seen.map((each) => normaliser.push(each)), normaliser.finish()].map(
      (each) => each.inventory,
    );
    const last = inventories.findLast((each) => each !== null);
    return (last?.unlisted ?? []).map(({ kind, id, lackedBy }) => `${kind} ${id} ${lackedBy ?? 'open'}`);
  }

  const before = auditLoad(LISTED_AT - 60_000, 1, 99);
  const after = auditLoad(LISTED_AT + 60_000, 3, 120);
  const unload = auditUnload(LISTED_AT - 30_000, 2, 99);
  const gap: Observation = {
    ...{ kind: 'gap', time: LISTED_AT - 40_000, host: null },
    gap: {
      ...{ kind: 'serials', at: { file: 'audit.log', line: 2 }, time: LISTED_AT - 40_000 },
      ...{ count: 7, message: 'serials 2 to 8 are missing' },
    },
  };

  it('is hidden when the whole listing lacks it and the log goes on after it', () => {
    expect(found([before, after])).toEqual(['program 99 prog.json']);
  });

  it.each<readonly [string, readonly Observation[], boolean]>([
    ['the log unloaded it', [before, unload, after], true],
    ['the log ends before the listing', [before], true],
    ['the listing may not be whole', [before, after], false],
    ['it is listed', [auditLoad(LISTED_AT - 60_000, 1, 12), after], true],
    ['it was loaded just before the listing was written', [auditLoad(LISTED_AT - 1000, 1, 99), after], true],
    ['records of the log are missing', [before, gap, after], true],
  ])('is not said to be hidden when %s', (_, observations, isWhole) => {
    expect(found(observations, isWhole)).toEqual([]);
  });
});
