import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNetNamespaces, openNetNamespace } from '../../../src/sources/proc/net-namespaces.ts';
import { closeDescriptor } from '../../../src/system/libc.ts';

describe('a network namespace that a mount with a name that is not UTF-8 keeps', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bpfwitness-netns-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is found by that name and can be entered', () => {
    mkdirSync(join(root, 'run/netns'), { recursive: true });
    mkdirSync(join(root, 'proc/self/ns'), { recursive: true });
    symlinkSync('/dev/null', join(root, 'proc/self/ns/net'));
    writeFileSync(join(root, 'kept'), '');
    execFileSync('sh', ['-c', 'ln kept "$(printf "run/netns/x\\377")"'], { cwd: root });
    const { ino } = statSync(join(root, 'kept'));
    const line = `45 44 0:4 net:[${ino}] /run/netns/x\xff rw - nsfs nsfs rw\n`;
    writeFileSync(join(root, 'proc/self/mountinfo'), Buffer.from(line, 'latin1'));

    const [found] = findNetNamespaces(new Map(), root);
    expect(found?.name).toBe('x\udcff');
    const descriptor = found === undefined ? null : openNetNamespace(found);
    // As another program sees it.
    const inode = execFileSync('stat', ['-Lc', '%i', `/proc/${process.pid}/fd/${descriptor}`], { encoding: 'utf8' });
    expect(Number(inode)).toBe(ino);
    closeDescriptor(descriptor ?? -1);
  });
});
