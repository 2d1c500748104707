import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Problem } from '../../../src/model/snapshot.ts';
import { FunctionNames } from '../../../src/sources/btf/function-names.ts';
import { type FakeTool, fakeTool } from '../../helpers/fake-tool.ts';
import { func, writeBtf } from './write-btf.ts';

/** Types 1 to 400: `f1`, `f2`, ... */
const KERNEL = writeBtf(Array.from({ length: 400 }, (_, index) => func(`f${index + 1}`)));
const strings = KERNEL.length - 24 - 400 * 12;
/** Types 401 and 402. */
const MODULE = writeBtf([func('m1'), func('m2')], { base: strings });

const OBJECTS: readonly JsonObject[] = [
  { id: 1, size: KERNEL.length, prog_ids: [], map_ids: [], kernel: true, name: 'vmlinux' },
  { id: 9, size: MODULE.length, prog_ids: [], map_ids: [], kernel: true, name: 'mod_a' },
  { id: 30, size: 240, prog_ids: [1], map_ids: [], kernel: false },
];

let links = 0;
const link = (objectId: number, btfId: number, over: JsonObject = {}): JsonObject => ({
  id: ++links,
  type: 'tracing',
  prog_id: 5,
  prog_type: 'tracing',
  attach_type: 'trace_fentry',
  target_obj_id: objectId,
  target_btf_id: btfId,
  ...over,
});

describe('FunctionNames', () => {
  let tool: FakeTool;
  let folder = '';
  beforeEach(() => {
    tool = fakeTool('bpftool', 'cd "$(dirname "$0")"; echo "$*" >> asked; cat answer');
    folder = join(tool.directory, 'btf');
    mkdirSync(folder);
    writeFileSync(join(folder, 'vmlinux'), KERNEL);
    writeFileSync(join(folder, 'mod_a'), MODULE);
    answer(OBJECTS);
  });
  afterEach(() => tool.remove());

  function answer(objects: readonly JsonObject[] | JsonObject): void {
    writeFileSync(join(tool.directory, 'answer'), JSON.stringify(objects));
  }

  function asked(): number {
    try {
      return readFileSync(join(tool.directory, 'asked'), 'utf8').trim().split('\n').length;
    } catch {
      return 0;
    }
  }

  async function look(names: FunctionNames, ...listed: readonly JsonObject[]) {
    const problems: Problem[] = [];
    const found = await names.read({ prog: [], link: listed }, new AbortController().signal, problems);
    return { found, problems: problems.map(({ message }) => message) };
  }

  const open = () => new FunctionNames(tool.path, folder);

  it('names functions of the kernel and of modules', async () => {
    const listed = [link(1, 2), link(1, 300, { attach_type: 'lsm_mac' }), link(9, 402), link(1, 401), link(77, 2)];
    expect(await look(open(), ...listed)).toEqual({
      found: { '1/2': 'f2', '1/300': 'f300', '9/402': 'm2' },
      problems: [],
    });
  });

  it('asks and reads only where a function is not known yet, and again nothing that was not one', async () => {
    const names = open();
    const other = { id: 3, type: 'xdp', prog_id: 1 };
    expect((await look(names, other, link(1, 1, { prog_type: 'ext' }))).found).toBeUndefined();
    expect(asked()).toBe(0);
    await look(names, link(1, 2), link(77, 2));
    rmSync(folder, { recursive: true });
    for (let looks = 0; looks < 3; looks += 1) {
      expect(await look(names, link(1, 2), link(77, 2))).toEqual({ found: { '1/2': 'f2' }, problems: [] });
    }
    expect(asked()).toBe(1);
    // Those of links that are gone are not told, and known when they are back.
    expect((await look(names, other)).found).toBeUndefined();
    expect((await look(names, link(1, 2))).found).toEqual({ '1/2': 'f2' });
    expect(asked()).toBe(1);
  });

  it('takes no function of a program for one of the kernel', async () => {
    const inProgram = async (prog: readonly JsonObject[] | undefined, listed: JsonObject) =>
      open().read({ ...(prog && { prog }), link: [listed] }, new AbortController().signal, []);
    // A program of id 1 with BTF of 240 bytes: 20 types at most.
    const program = { id: 1, type: 'xdp', btf_id: 30 };
    expect(await inProgram([program], link(1, 5))).toEqual({});
    expect(await inProgram([program], link(1, 20))).toEqual({ '1/20': 'f20' });
    expect(await inProgram([program], link(1, 5, { attach_type: 'modify_return' }))).toEqual({ '1/5': 'f5' });
    expect(await inProgram([program], link(1, 5, { attach_type: 'lsm_mac' }))).toEqual({ '1/5': 'f5' });
    expect(await inProgram([{ id: 1, type: 'xdp' }], link(1, 5))).toEqual({ '1/5': 'f5' });
    expect(await inProgram([{ ...program, btf_id: 31 }], link(1, 300))).toEqual({});
    expect(await inProgram(undefined, link(1, 300))).toEqual({});
    // An object that is a program's is not in /sys/kernel/btf.
    expect(await inProgram([], link(30, 5))).toEqual({});
  });

  it('says at each look what it could not read, and tries again after some of them', async () => {
    const names = open();
    rmSync(join(folder, 'vmlinux'));
    const first = await look(names, link(1, 2));
    expect(first.found).toEqual({});
    expect(first.problems).toEqual([
      expect.stringMatching(/^the names of 1 of 1 functions that links are attached to are not known: ENOENT/),
    ]);
    expect(await look(names, link(1, 2))).toEqual(first);
    expect(asked()).toBe(1);
    writeFileSync(join(folder, 'vmlinux'), KERNEL);
    for (let looks = 3; looks < 8; looks += 1) expect(await look(names, link(1, 2))).toEqual(first);
    expect(await look(names, link(1, 2))).toEqual({ found: { '1/2': 'f2' }, problems: [] });

    writeFileSync(join(folder, 'vmlinux'), KERNEL.subarray(1));
    expect((await look(open(), link(1, 2))).problems).toEqual([
      expect.stringContaining('vmlinux is not the object 1 that bpftool lists'),
    ]);
    writeFileSync(join(folder, 'vmlinux'), new Uint8Array(KERNEL.length));
    expect((await look(open(), link(1, 2), link(1, 3), link(9, 401))).problems).toEqual([
      expect.stringMatching(/^the names of 3 of 3 .*: BTF cannot be read: it does not begin with the magic of BTF$/),
    ]);
  });

  it('asks again where bpftool gave no answer', async () => {
    const names = open();
    answer({ error: 'Operation not permitted' });
    const refused = 'the names of 1 of 1 functions that links are attached to are not known: bpftool btf show: ';
    for (let looks = 0; looks < 2; looks += 1) {
      expect(await look(names, link(1, 2))).toEqual({
        found: {},
        problems: [`${refused}Operation not permitted`],
      });
    }
    answer(OBJECTS);
    expect(await look(names, link(1, 2))).toEqual({ found: { '1/2': 'f2' }, problems: [] });
  });

  it('follows no name out of the folder', async () => {
    writeFileSync(join(tool.directory, 'outside'), KERNEL);
    for (const name of ['../outside', '..', '', '/etc/passwd', 'a/b']) {
      answer([{ id: 1, size: KERNEL.length, kernel: true, name }]);
      expect(await look(open(), link(1, 2))).toEqual({ found: {}, problems: [] });
    }
  });
});
