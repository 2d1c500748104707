import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTemplate } from '../../src/checks/pack/template.ts';
import { checksFolder } from '../../src/config/folders.ts';
import { holdsChecks, readChecks } from '../../src/config/read-checks.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function reasons(path: string): Promise<readonly string[]> {
  const packs = await readChecks(path);
  return packs.flatMap(({ refused }) => refused.flatMap(({ faults }) => faults.map(({ reason }) => reason)));
}

describe('a folder of checks', () => {
  it('is read by the names of its files', async () => {
    writeFileSync(join(folder, 'b.sql'), checkTemplate('b'));
    writeFileSync(join(folder, 'a.yml'), 'checks: []');
    writeFileSync(join(folder, 'c.yaml'), 'checks: [');
    writeFileSync(join(folder, 'README.md'), 'nothing');
    writeFileSync(join(folder, '.b.sql'), 'hidden');
    const packs = await readChecks(folder);
    expect(packs.map(({ checks, refused }) => [checks.length, refused.length])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(await readChecks(join(folder, 'b.sql'))).toEqual([packs[1]]);
  });

  it('says what cannot be read', async () => {
    expect(holdsChecks(folder)).toBe(false);
    expect(holdsChecks(join(folder, 'none'))).toBe(true);
    expect(await reasons(folder)).toEqual(['the folder holds no file of checks: *.sql, *.yaml or *.yml']);
    expect(await reasons(join(folder, 'none'))).toEqual(['no such file or folder']);
    writeFileSync(join(folder, 'large.sql'), '');
    truncateSync(join(folder, 'large.sql'), 2 ** 20 + 1);
    writeFileSync(join(folder, 'latin.sql'), Buffer.from([0x2d, 0x2d, 0xe9]));
    mkdirSync(join(folder, 'within.sql'));
    writeFileSync(join(folder, 'x.txt'), '');
    expect(holdsChecks(folder)).toBe(true);
    expect(await reasons(folder)).toEqual(['it is larger than 1.0 MiB', 'it is not UTF-8', 'it is a folder']);
    expect(await reasons(join(folder, 'x.txt'))).toEqual(['a file of checks is named *.sql, *.yaml or *.yml']);
  });
});

describe("the folder of the user's checks", () => {
  it('is below XDG_CONFIG_HOME, when it is there', () => {
    expect(checksFolder({ XDG_CONFIG_HOME: folder })).toBeNull();
    const own = join(folder, 'bpfwitness', 'checks');
    mkdirSync(own, { recursive: true });
    expect(checksFolder({ XDG_CONFIG_HOME: folder })).toBe(own);
    expect(checksFolder({ XDG_CONFIG_HOME: relative(process.cwd(), folder) })).not.toBe(own);
  });
});
