import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { sortOut } from '../../src/sources/bpftool-sections.ts';
import { type ByteInput, memoryInput } from '../../src/sources/bytes.ts';
import { savedBpftoolSource } from '../../src/sources/saved-bpftool.ts';
import { CORPUS, collect, FIXTURES } from './helpers.ts';

function file(name: string, text: string | Uint8Array, modified: number | null = 1000): ByteInput {
  return { ...memoryInput(name, Buffer.from(text)), modified };
}

async function read(...files: readonly ByteInput[]) {
  const source = savedBpftoolSource('saved', files, () => 77);
  const observations = await collect(source);
  return {
    snapshots: observations.flatMap((each): Snapshot[] => (each.kind === 'snapshot' ? [each.snapshot] : [])),
    unread: observations.flatMap((each: Observation) =>
      each.kind === 'unreadable'
        ? [`${each.unreadable.at.file}:${each.unreadable.at.line ?? ''} ${each.unreadable.reason}`]
        : [],
    ),
    progress: source.progress(),
  };
}

const PROG = (id: number) => ({ id, type: 'xdp', tag: '9bf6d88144148dc4', gpl_compatible: true });
const MAP = (id: number) => ({ id, type: 'hash', flags: 0, bytes_key: 4, bytes_value: 4, max_entries: 1 });
const json = JSON.stringify;

describe('sortOut', () => {
  const kinds: readonly (readonly [string, Json])[] = [
    ['prog', PROG(1)],
    ['prog', { id: 1, type: 77, tag: 'x' }],
    ['map', MAP(1)],
    ['link', { id: 33, type: 'perf_event', prog_id: 162, tracepoint: 'sched_switch' }],
    ['link', { type: 'iter', prog_id: 2, target_name: 'bpf_map' }],
    ['link', { id: 3, type: 'struct_ops', map_id: 7 }],
    ['net', { xdp: [], tc: [], flow_dissector: [], netfilter: [] }],
    ['perf', { pid: 1, fd: 5, prog_id: 5, fd_type: 'kprobe', func: 'f', offset: 0 }],
    ['cgroup', { cgroup: '/sys/fs/cgroup/a', programs: [] }],
  ];
  it.each(kinds)('takes %s for what it is: %j', (listing, element) => {
    for (const document of [element, [element]]) {
      expect([...sortOut([document]).listings]).toEqual([[listing, [element]]]);
    }
  });

  it.each([
    ['map dump entry', { key: ['0x00'], value: ['0x01'] }],
    ['map dump entry', { key: ['0x00'], inner_map_id: 5 }],
    ['program dump line', { disasm: '(95) exit' }],
    ['btf entry', { id: 1, size: 5, prog_ids: [], map_ids: [], kernel: true }],
    ['feature probe', { system_config: {} }],
    ['struct_ops entry', { id: 1, name: 'x', kernel_struct_ops: 'y' }],
    ['token entry', { token_info: '/x' }],
    ['cgroup show entry (it does not say of which cgroup)', { id: 1, attach_type: 'device', name: 'x' }],
  ])('counts a %s, and leaves it', (kind, element) => {
    const output = sortOut([[element, element]]);
    expect([...output.ignored]).toEqual([[kind, 2]]);
    expect(output.listings.size).toBe(0);
  });

  it('knows from the command of a batch that there was nothing', () => {
    const output = sortOut([
      [
        { command: ['prog', 'show'], output: [] },
        { command: ['map', 'list'], output: [MAP(1)] },
        { command: ['map', 'dump', 'id', '1'], output: [{ key: ['0x0'], value: ['0x0'] }] },
        { command: ['link'], output: { error: 'no' } },
      ],
    ]);
    expect([...output.listings]).toEqual([
      ['prog', []],
      ['map', [MAP(1)]],
    ]);
    expect(output.errors).toEqual(['no']);
  });

  it('keeps an error with the listing that it cuts short', () => {
    const error = { error: 'cannot get prog info' };
    expect([...sortOut([[PROG(1), error]]).listings]).toEqual([['prog', [PROG(1), error]]]);
    expect(sortOut([error])).toMatchObject({ errors: ['cannot get prog info'] });
  });

  it('puts single objects together, and lets a later listing take the place of an earlier one', () => {
    expect([...sortOut([PROG(1), PROG(2), MAP(3)]).listings]).toEqual([
      ['prog', [PROG(1), PROG(2)]],
      ['map', [MAP(3)]],
    ]);
    const twice = sortOut([[PROG(1)], [MAP(3)], [PROG(2)]]);
    expect(twice.listings.get('prog')).toEqual([PROG(2)]);
    expect(twice.superseded).toEqual(['prog']);
  });

  it('never throws, and loses no element', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 })), (documents) => {
        const output = sortOut(documents as Json[]);
        const count =
          [...output.listings.values()].flat().length +
          [...output.ignored.values()].reduce((sum, each) => sum + each, 0) +
          output.unknown.length;
        expect(count).toBe(documents.reduce((sum: number, each) => sum + (Array.isArray(each) ? each.length : 1), 0));
      }),
    );
  });
});

describe('saved bpftool output', () => {
  const folder = join(FIXTURES, 'bpftool', 'folder');
  const saved = readdirSync(folder).map((name) => file(name, readFileSync(join(folder, name))));

  it('is one look at a host when it is a folder, whatever the files are called', async () => {
    const { snapshots, unread, progress } = await read(...saved);
    expect(unread).toEqual([]);
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]).toMatchObject({
      time: 1000,
      host: 'unknown',
      boot: null,
      bpftoolVersion: '7.1.0',
      problems: [],
    });
    expect(snapshots[0]?.prog?.map(({ name }) => name)).toEqual(['wit_xdp', 'wit_trace', 'wit_filter']);
    expect(snapshots[0]?.origins).toEqual({ programs: 'prog.json', maps: 'whatever.txt', net: 'net.json' });
    expect(progress.records).toEqual({ prog: 3, map: 2, net: 1, 'map dump entry': 4 });
  });

  it('reads a batch', async () => {
    const { snapshots, unread } = await read(file('b', readFileSync(join(FIXTURES, 'bpftool', 'batch.json'))));
    expect(unread).toEqual([]);
    expect(snapshots[0]).toMatchObject({ link: [], perf: [], cgroup: [], problems: [] });
    expect(snapshots[0]?.prog).toHaveLength(3);
  });

  it('begins another look where a listing comes again, in order of time', async () => {
    const { snapshots } = await read(
      file('late', json([PROG(2)]), 3000),
      file('early', json([PROG(1)]), 1000),
      file('map', json([MAP(1)]), 2000),
    );
    expect(snapshots.map(({ time, prog, map }) => [time, prog?.length, map?.length])).toEqual([
      [2000, 1, 1],
      [3000, 1, undefined],
    ]);
  });

  it('takes the time it is told for a pipe', async () => {
    expect((await read(file('-', json([PROG(1)]), null))).snapshots[0]?.time).toBe(77);
  });

  it('counts an empty list, which does not say of what it is', async () => {
    const source = savedBpftoolSource('f', [file('link.json', '[]\n')], () => 77);
    expect((await collect(source)).filter(({ kind }) => kind === 'unreadable')).toEqual([]);
    expect(source.facts()[0]?.records).toEqual({ 'empty listing': 1 });
  });

  it('says what is not as it should be', async () => {
    const { snapshots, unread } = await read(
      file('cut', `[${json(PROG(1))},{"id":2,"ty`),
      file('odd', json([MAP(1), { what: 1 }, 5])),
      file('empty', ' \n'),
      file('list', '[]'),
      file('bare', '[{"xdp":[],"tc":[],"flow_dissector":["id":5]}]'),
      file('refused', json({ error: 'Error: Operation not permitted' })),
    );
    expect(unread[0]).toMatch(/^cut:1 column \d+: /);
    expect(unread.slice(1)).toEqual([
      'odd: not an element of a bpftool listing',
      'odd: not an element of a bpftool listing',
      'empty: no data',
    ]);
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]?.prog).toEqual([PROG(1)]);
    expect(snapshots[0]?.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^bare: is not JSON as it stands; put right: /),
      'refused: bpftool said: Error: Operation not permitted',
    ]);
  });

  it('never throws on any text', async () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      '"id"',
      ':',
      ',',
      '5',
      '"xdp"',
      'null',
      '\n',
      '"error"',
      '\\',
      '"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (parts) => {
        await read(file('f', parts.join('')));
      }),
      { numRuns: 300 },
    );
  });

  const corpus = join(CORPUS, 'bpftool');
  it.skipIf(!existsSync(corpus))('reads the public samples, or says at which line it could not', async () => {
    for (const name of readdirSync(corpus)) {
      const { snapshots, unread, progress } = await read(file(name, readFileSync(join(corpus, name))));
      const found = Object.values(progress.records).reduce((sum, each) => sum + each, 0);
      expect(found + unread.length, name).toBeGreaterThan(0);
      expect(snapshots.length + unread.length + (progress.records['map dump entry'] ?? 0), name).toBeGreaterThan(0);
    }
  });
});
