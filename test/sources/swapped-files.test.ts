import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ByteInput, openBytes } from '../../src/sources/bytes.ts';
import { FollowedFile } from '../../src/sources/follow-file.ts';
import { openInputs } from '../../src/sources/open.ts';
import { inFolder } from './helpers.ts';

const LINE = 'type=BPF msg=audit(1700000000.001:1): prog-id=1 op=LOAD\n';
const NEVER = new AbortController().signal;

async function read(input: ByteInput): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of input.chunks(NEVER)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString();
}

const fifo = (path: string): void => {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
};

/** What was waited for without an end, in a call that no signal interrupts. */
describe('what takes the place of a file', () => {
  it.each([
    ['a FIFO', fifo, /not a regular file/],
    [
      'a link to a device',
      (path: string) => {
        rmSync(path);
        symlinkSync('/dev/zero', path);
      },
      /not a regular file/,
    ],
    [
      'another file',
      (path: string) => {
        writeFileSync(`${path}.other`, 'other');
        renameSync(`${path}.other`, path);
      },
      /another file took its place/,
    ],
  ])('after it was found is not read: %s', async (_title, swap, why) => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.log');
      writeFileSync(path, 'what was found');
      const input = await openBytes(path);
      expect(await read(input)).toBe('what was found');
      swap(path);
      await expect(read(input)).rejects.toThrow(why);
      await expect(input.head(10)).rejects.toThrow(why);
    });
  });

  it.each([
    ['a FIFO', fifo],
    ['a link', (path: string) => symlinkSync('/etc/passwd', path)],
  ])('since its folder was listed is not read: %s', async (_title, make) => {
    await inFolder(async (folder) => {
      make(join(folder, 'a.log'));
      await expect(openBytes(join(folder, 'a.log'), { isInFolder: true })).rejects.toThrow(/not a regular file/);
    });
  });

  it('is refused where it is to be followed', async () => {
    await inFolder(async (folder) => {
      fifo(join(folder, 'a.log'));
      await expect(FollowedFile.open(join(folder, 'a.log'), 'start')).rejects.toThrow(/not a regular file/);
    });
  });

  it('does not matter where it is the same file, which has grown', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.log');
      writeFileSync(path, 'what was found');
      const input = await openBytes(path);
      writeFileSync(path, ', and more', { flag: 'a' });
      expect(await read(input)).toBe('what was found');
    });
  });
});

describe('the hash of an input', () => {
  it.each([
    ['that is written to while it is read', (path: string) => writeFileSync(path, LINE.replace('id=1', 'id=2'))],
    ['that has grown', (path: string) => writeFileSync(path, LINE, { flag: 'a' })],
    ['that is gone', (path: string) => rmSync(path, { force: true })],
  ])('is not given, and it is said why, of a file %s', async (_title, change) => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a.log');
      writeFileSync(path, LINE);
      const inputs = await openInputs([path], { hash: true });
      for await (const _ of inputs.observations(NEVER)) change(path);
      expect(inputs.facts()).toMatchObject([{ name: path, notHashed: expect.stringMatching(/^it (was|cannot)/) }]);
      expect(inputs.facts()[0]).not.toHaveProperty('sha256');
    });
  });
});
