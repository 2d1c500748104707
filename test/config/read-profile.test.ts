import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isProfileFile, readProfile } from '../../src/config/read-profile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profile-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a profile in a file', () => {
  it('is told from a name', () => {
    expect(['prod.yaml', 'prod.yml', './prod', '/etc/prod'].every(isProfileFile)).toBe(true);
    expect(['prod', 'default', 'prod.yaml.old', ''].some(isProfileFile)).toBe(false);
  });

  it('is read, or it is said why not', async () => {
    const path = join(folder, 'prod.yaml');
    writeFileSync(path, 'name: prod');
    expect(await readProfile(path)).toMatchObject({ name: 'prod', file: path });
    writeFileSync(path, Buffer.from([0xe9]));
    await expect(readProfile(path)).rejects.toThrow('it is not UTF-8');
    await expect(readProfile(folder)).rejects.toThrow('it is a folder');
    await expect(readProfile(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
