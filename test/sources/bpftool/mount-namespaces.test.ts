import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/model/snapshot.ts';
import { parseFound } from '../../../src/sources/bpftool/find-pins.ts';
import { MountWatch } from '../../../src/sources/bpftool/mount-namespaces.ts';
import { type FakeTool, fakeTool } from '../../helpers/fake-tool.ts';

describe.skipIf(process.platform !== 'linux')('BPF file systems that other mount namespaces have', () => {
  let proc = '';
  let log = '';
  let bpftool: FakeTool;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'bpfwitness-mntns-'));
    log = join(proc, 'asked');
    write('asked', '');
    // A pin is named by its kind and id, as map-5.
    bpftool = fakeTool(
      'bpftool',
      `name=\${6##*/}; echo "$name" >> '${log}'; case "$name" in
      "$3"-*) echo "{\\"id\\":\${name#*-}}";;
      *debug) echo "{\\"error\\":\\"bpf obj get ($6): No such file or directory\\"}";;
      *) echo '{"error":"incorrect object type"}';; esac`,
    );
    enter('self', '24 1 0:22 / /sys/fs/bpf rw - bpf bpf rw\n');
  });
  afterEach(() => {
    bpftool.remove();
    rmSync(proc, { recursive: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(join(proc, path, '..'), { recursive: true });
    writeFileSync(join(proc, path), text);
  }

  /** A process in a mount namespace of its own; gives the inode of that. */
  function enter(pid: string, mountinfo: string): number {
    write(`${pid}/ns/mnt`, '');
    write(`${pid}/comm`, `p${pid}\n`);
    write(`${pid}/mountinfo`, mountinfo);
    return statSync(join(proc, pid, 'ns/mnt')).ino;
  }

  /** The file system that our files are on, as mountinfo writes its number. */
  function device(): string {
    const { dev } = statSync(proc);
    return `${(dev >> 8) & 0xfff}:${(dev & 0xff) + (Math.floor(dev / 2 ** 20) & 0xfff) * 256}`;
  }

  const ROOT = '1 0 0:2 / / rw - ext4 /dev/vda rw\n';
  const bpf = (path: string, on = device()) => `${ROOT}24 1 ${on} / ${path} rw - bpf none rw,mode=700\n`;

  const asked = () => {
    const names = readFileSync(log, 'utf8').split('\n').filter(Boolean);
    writeFileSync(log, '');
    return names;
  };

  function watch() {
    const mounts = new MountWatch({ bpftool: bpftool.path, proc });
    return async (byPid: readonly (readonly [number, number | null])[], ...unkept: readonly number[]) => {
      const problems: Problem[] = [];
      const { list, unread } = await mounts.look(new Map(byPid), unkept, new AbortController().signal, problems);
      return { list, unread, problems: problems.map(({ message }) => message) };
    };
  }

  it('are told with what is pinned in them, which is asked for once', async () => {
    const namespace = enter('812', `${bpf('/sys/fs/bpf', '0:22')}${bpf('/run/x')}`);
    for (const pin of ['prog-5', 'deep/map-6', 'link-7', 'maps.debug']) write(`812/root/run/x/${pin}`, '');
    const look = watch();
    const { list, unread, problems } = await look([[812, namespace]]);
    expect([unread, problems]).toEqual([0, []]);
    expect(list).toMatchObject([
      { namespace, pid: 812, comm: 'p812', path: '/run/x', options: ['rw', 'mode=700'], pins: expect.anything() },
    ]);
    const pins = [...(list[0]?.pins ?? [])].sort((a, b) => a.id - b.id);
    expect(pins).toEqual([
      { kind: 'program', id: 5, path: '/run/x/prog-5' },
      { kind: 'map', id: 6, path: '/run/x/deep/map-6' },
      { kind: 'link', id: 7, path: '/run/x/link-7' },
    ]);
    expect(asked()).toHaveLength(1 + 2 + 3 + 1);
    expect((await look([[812, namespace]])).list).toEqual(list);
    expect(asked()).toEqual([]);
    write('812/root/run/x/prog-8', '');
    expect((await look([[812, namespace]])).list[0]?.pins).toHaveLength(4);
  });

  it('are looked into again, all of them, when nothing keeps a program any more', async () => {
    const found = Array.from({ length: 30 }, (_, index) => [900 + index, enter(`${900 + index}`, '')] as const);
    const look = watch();
    expect((await look(found)).list).toEqual([]);
    for (const [pid] of found) write(`${pid}/mountinfo`, bpf('/m', `0:${pid}`));
    expect((await look(found)).list).toHaveLength(16);
    for (const [pid] of found) write(`${pid}/mountinfo`, ROOT);
    const [, , ...rest] = found;
    write(`${rest[0]?.[0]}/mountinfo`, bpf('/late'));
    write(`${rest[0]?.[0]}/root/late/prog-5`, '');
    const { list } = await look(found, 5);
    expect(list.map(({ path, pins }) => [path, pins?.length])).toEqual([['/late', 1]]);
  });

  it('are said to be unknown where they cannot be looked into', async () => {
    const namespace = enter('812', bpf('/gone'));
    const message =
      'the BPF file system /gone in the mount namespace of process 812 was not looked into: what is pinned there is not known';
    const look = watch();
    const { list, problems } = await look([[812, namespace]]);
    expect([list.map(({ pins }) => pins), problems]).toEqual([[undefined], [message]]);
    // Another file system is at that path.
    write('812/mountinfo', bpf('/gone', '0:4095'));
    write('812/root/gone/prog-5', '');
    expect((await look([[812, namespace]])).problems).toEqual([message]);
    write('812/mountinfo', bpf('/gone'));
    expect((await look([[812, namespace]])).list[0]?.pins).toHaveLength(1);
    write('812/root/gone/neither-5', '');
    expect((await look([[812, namespace]], 9)).problems).toEqual([message]);
    const { unread, problems: refused } = await look([[1, null]]);
    expect([unread, refused]).toEqual([
      1,
      ['the mounts of 1 processes may not be read, or not all of them: what is pinned there is not known'],
    ]);
  });

  it('are not known where a process is shown only what lies below its own root', async () => {
    const [jailed, other] = [enter('812', bpf('/x').replace(ROOT, '')), enter('813', bpf('/m'))];
    write('813/root/m/map-5', '');
    const { list, unread, problems } = await watch()([
      [812, jailed],
      [813, other],
    ]);
    expect([list.map(({ path }) => path), unread]).toEqual([['/m'], 1]);
    expect(problems[0]).toContain('the mounts of 1 processes may not be read, or not all of them');
  });

  it('are none of a namespace that has ended', async () => {
    const namespace = enter('812', bpf('/m'));
    const look = watch();
    await look([[812, namespace]]);
    rmSync(join(proc, '812'), { recursive: true });
    expect(await look([[812, namespace]], 5)).toEqual({ list: [], unread: 0, problems: [] });
  });
});

describe('what find prints of a BPF file system', () => {
  it('is files of the same file system, whatever they are called', () => {
    const output = 'd 39 1 \0f 39 2 a\0f 39 3 d/b\nf 1 2 x\0l 39 4 l\0f 40 5 other\0torn';
    expect(parseFound(output, '0:39')?.map(({ inode, path }) => [inode, path])).toEqual([
      ['2', 'a'],
      ['3', 'd/b\nf 1 2 x'],
    ]);
    expect(parseFound(output, '0:40')).toBeNull();
    expect(parseFound('', '0:39')).toBeNull();
    // 300 = 1 * 256 + 44, and the upper bits are above the major number (makedev(3)).
    expect(parseFound(`d ${44 + 2 ** 20} 1 \0`, '0:300')).toEqual([]);
  });
});
