import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCaptureWriter } from '../../src/sources/capture/writer.ts';
import { closeDescriptor, OPEN, openDescriptor } from '../../src/system/libc.ts';
import { isStandardOutput, ownDescriptor } from '../../src/system/output-file.ts';

const HEADER = { host: 'h', startedAt: 1000, tool: '0.1.0' };
const BEFORE = 'what was there\n';

describe('where a capture is written', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-file-'));
    file = join(folder, 'file');
    writeFileSync(file, BEFORE, { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const capture = (path: string, force = true) => openCaptureWriter(path, HEADER, { force, now: () => 2000 }).close();

  it.each(['/dev/fd', '/proc/self/fd'])('adds to what is open at a descriptor of ours: %s', async (names) => {
    const descriptor = openDescriptor(file, OPEN.writeOnly | OPEN.append);
    await capture(`${names}/${descriptor}`);
    closeDescriptor(descriptor);
    const text = readFileSync(file, 'utf8');
    expect([text.startsWith(BEFORE), text.includes('"format":')]).toEqual([true, true]);
  });

  it.runIf(process.getuid?.() === 0).each([
    ['of another user', () => chownSync(file, 65534, 65534), /belongs to another user \(uid 65534\): remove it/],
    ['that others may write', () => chmodSync(file, 0o666), /other users may write the file: remove it, chmod/],
  ])('is no file %s', async (_title, spoil, why) => {
    spoil();
    await expect(capture(file)).rejects.toThrow(why);
    expect(readFileSync(file, 'utf8')).toBe(BEFORE);
  });
});

it('knows the names of our descriptors', () => {
  expect(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '-'].map(isStandardOutput)).toEqual([true, true, true, true]);
  expect(['/dev/stderr', '/dev/fd/12', '/dev/fd/x', '/dev/null', './stdout'].map(ownDescriptor)).toEqual([
    2,
    12,
    null,
    null,
    null,
  ]);
});
