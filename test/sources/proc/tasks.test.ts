import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtTasks } from '../../../src/sources/proc/tasks.ts';

describe('the threads of a process', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bpfwitness-tasks-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** A folder of /proc with these namespaces, or those of a thread that has ended. */
  function add(path: string, net?: number, mount?: number): void {
    mkdirSync(join(root, path, 'ns'), { recursive: true });
    if (net !== undefined) symlinkSync(`net:[${net}]`, join(root, path, 'ns/net'));
    if (mount !== undefined) symlinkSync(`mnt:[${mount}]`, join(root, path, 'ns/mnt'));
  }
  const look = (pid: number) => {
    const { main, apart, links } = lookAtTasks(root, pid);
    return { main: main.id, folder: main.folder, apart: apart.map(({ id }) => id), links };
  };

  it('are not looked at one by one where there is only one', () => {
    add('50', 1, 2);
    add('50/task/50', 1, 2);
    expect(look(50)).toEqual({ main: 50, folder: `${root}/50`, apart: [], links: 2 });
  });

  it('are looked at through a living one where the first has ended', () => {
    add('50');
    add('50/task/50');
    add('50/task/51');
    add('50/task/52', 1, 2);
    add('50/task/53', 1, 2);
    expect(look(50)).toMatchObject({ main: 52, folder: `${root}/50/task/52`, apart: [] });
  });

  it('are more than are looked at, which leaves their namespaces open', () => {
    add('50', 1, 2);
    for (const id of [50, 51, 52, 53]) add(`50/task/${id}`, 1, 2);
    const { apart, links } = lookAtTasks(root, 50, 2);
    expect(apart).toMatchObject([{ net: null, mount: null }]);
    expect(links).toBe(6);
  });

  it('are told apart by their namespaces', () => {
    add('50', 1, 2);
    for (const id of [50, 51]) add(`50/task/${id}`, 1, 2);
    add('50/task/52', 9, 2);
    add('50/task/53', 1, 8);
    add('50/task/54');
    expect(look(50)).toEqual({ main: 50, folder: `${root}/50`, apart: [52, 53], links: 10 });
  });
});
