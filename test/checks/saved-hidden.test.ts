import { describe, expect, it } from 'vitest';
import { runChecks } from '../../src/checks/run.ts';
import { UNLISTED_OBJECTS } from '../../src/checks/unlisted-objects.ts';
import type { CheckResult } from '../../src/model/check.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { memoryInput } from '../../src/sources/bytes.ts';
import { savedBpftoolSource } from '../../src/sources/saved-bpftool.ts';
import { openStore } from '../../src/store/open.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';
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
