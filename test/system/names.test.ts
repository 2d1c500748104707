import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeDescriptor, OPEN, openDescriptor, pathOfDescriptor } from '../../src/system/libc.ts';
import { ENTRY, listFolder, readLink } from '../../src/system/names.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bpfwitness-names-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line of shell in the folder: the runtime that tests run on may not be able to make such names. */
const shell = (line: string): void => {
  execFileSync('sh', ['-c', line], { cwd: folder });
};

describe('names in a folder', () => {
  it('lists names that are not UTF-8, with the type of each', () => {
    shell(
      `printf x > "$(printf 'bad\\377')"; mkdir "$(printf 'd\\200')"; ln -s nowhere link; mkfifo pipe; touch plain`,
    );
    const entries = [...listFolder(folder)].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(entries).toEqual([
      { name: 'bad\udcff', type: ENTRY.file },
      { name: 'd\udc80', type: ENTRY.folder },
      { name: 'link', type: ENTRY.link },
      { name: 'pipe', type: ENTRY.fifo },
      { name: 'plain', type: ENTRY.file },
    ]);
  });

  it('lists more names than the kernel returns at once', () => {
    shell(
      'i=0; while [ $i -lt 3000 ]; do echo a-rather-long-name-for-a-file-number-$i; i=$((i+1)); done | xargs touch',
    );
    expect(new Set(listFolder(folder).map(({ name }) => name)).size).toBe(3000);
  });

  it('says why a folder cannot be listed', () => {
    expect(() => listFolder(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    shell('touch plain');
    expect(() => listFolder(join(folder, 'plain'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => listFolder(`${folder}\0/etc`)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('reads where a link leads whose target is not UTF-8', () => {
    shell(`ln -s "$(printf 'to\\376')" link`);
    expect(readLink(join(folder, 'link'))).toBe('to\udcfe');
    expect(() => readLink(folder)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('opens a file by a name that is not UTF-8', () => {
    shell(`printf content > "$(printf 'bad\\377')"`);
    const descriptor = openDescriptor(join(folder, 'bad\udcff'), OPEN.path);
    try {
      expect(readFileSync(pathOfDescriptor(descriptor), 'utf8')).toBe('content');
    } finally {
      closeDescriptor(descriptor);
    }
  });

  it('does not follow a link that must not be followed', () => {
    shell('touch plain; ln -s plain link');
    expect(() => openDescriptor(join(folder, 'link'), OPEN.readOnly | OPEN.noFollow)).toThrow(
      expect.objectContaining({ code: 'ELOOP' }),
    );
  });
});
