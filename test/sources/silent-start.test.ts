import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.ts';
import { openInputs } from '../../src/sources/open.ts';
import { tarOf } from '../helpers/tar.ts';
import { collect, inFolder } from './helpers.ts';

const OK = 'type=BPF msg=audit(1.000:1): prog-id=1 op=LOAD\n';
const HIDDEN = 'type=BPF msg=audit(2.000:2): prog-id=2 op=LOAD\n';

const serials = (observations: readonly Observation[]) =>
  observations.flatMap((each) => (each.kind === 'audit' ? (each.group.serial ?? []) : []));
const unread = (observations: readonly Observation[]) =>
  observations.flatMap((each) =>
    each.kind === 'unreadable' ? [`${each.unreadable.at.file}: ${each.unreadable.reason}`] : [],
  );

/** What is read of a file beside a log that is in order. */
async function besideALog(name: string, content: string | Buffer): Promise<readonly Observation[]> {
  return inFolder(async (folder) => {
    writeFileSync(join(folder, 'ok.log'), OK);
    writeFileSync(join(folder, name), content);
    return (await collect(await openInputs([folder]))).map(
      (each) => JSON.parse(JSON.stringify(each).replaceAll(`${folder}/`, '')) as Observation,
    );
  });
}

/** The same in a tar, plain and packed. */
async function inArchives(name: string, data: string | Buffer): Promise<(readonly Observation[])[]> {
  const bytes = tarOf([
    { name: 'ok.log', data: OK },
    { name, data },
  ]);
  const read = async (each: Buffer) => collect(await openInputs([{ name: 'a', bytes: each }]));
  return [await read(bytes), await read(gzipSync(bytes))];
}

const BLANKS: readonly (readonly [string, Buffer])[] = [
  ['NULs', Buffer.alloc(70_000)],
  ['blanks', Buffer.alloc(70_000, ' ')],
  ['newlines', Buffer.alloc(70_000, '\n')],
  ['more NULs than are read at once', Buffer.alloc(3_000_000)],
];
const JUNK: readonly (readonly [string, string])[] = [
  ['lines', `${'x'.repeat(70)}\n`.repeat(1000)],
  ['a few short lines', 'x\n'.repeat(500)],
  ['a line that does not end', 'x'.repeat(300_000).concat('\n')],
];

describe('a log that begins with nothing', () => {
  it.each(BLANKS)('is read behind %s', async (_what, blank) => {
    const log = Buffer.concat([blank, Buffer.from(`\n${HIDDEN}`)]);
    for (const [name, content] of [
      ['z.log', log],
      ['z.log.gz', gzipSync(log)],
    ] as const) {
      expect(serials(await besideALog(name, content))).toEqual([1, 2]);
    }
    for (const read of await inArchives('z.log', log)) expect(serials(read)).toEqual([1, 2]);
    const stdin = async function* () {
      yield log;
    };
    expect(serials(await collect(await openInputs(['-'], { stdin })))).toEqual([2]);
  });

  it('is found in a tar that begins with zeros', async () => {
    const bytes = Buffer.concat([Buffer.alloc(512 * 200), tarOf([{ name: 'z.log', data: HIDDEN }])]);
    expect(serials(await besideALog('a.tar', bytes))).toEqual([1, 2]);
  });

  it('is no login record when it holds nothing else', async () => {
    const bytes = Buffer.alloc(70_000);
    const reason = 'not recognised: nothing but NUL bytes and blanks';
    await expect(openInputs([{ name: 'f', bytes }])).rejects.toThrow(`f: ${reason}`);
    expect(unread(await besideALog('other', bytes))).toEqual([]);
    expect(unread(await besideALog('audit.log.1', bytes))).toEqual([`audit.log.1: ${reason}`]);
  });
});

describe('a log that begins with junk', () => {
  it.each(JUNK)('is read behind %s, which are listed', async (_what, junk) => {
    for (const content of [`${junk}${HIDDEN}`, gzipSync(`${junk}${HIDDEN}`)]) {
      const read = await besideALog('z', content);
      expect(serials(read)).toEqual([1, 2]);
      expect(unread(read).length).toBeGreaterThan(0);
    }
    const [plain = [], packed = []] = await inArchives('z', `${junk}${HIDDEN}`);
    expect(serials(plain)).toEqual([1, 2]);
    expect(serials(packed)).toEqual([1]);
    expect(unread(packed)).toEqual([
      `a!z: its start says nothing, and byte ${junk.length} begins a record: unpack the archive first`,
    ]);
  });

  it.each([
    ['the kernel', '[   47.346237] audit: type=1334 audit(1709054805.960:2): prog-id=12 op=LOAD\n'],
    ['laurel', '{"ID":"1707546943.213:2","NODE":"h","BPF":{"op":"LOAD","prog-id":60}}\n'],
  ])('is read when the record is one of %s', async (_what, record) => {
    expect(serials(await besideALog('z', `${'x\n'.repeat(50_000)}${record}`))).toContain(2);
  });

  it('is named when the junk is binary, or the name is that of a log', async () => {
    const binary = Buffer.alloc(70_000, '\0\x01\x02\x03');
    expect(unread(await besideALog('z', Buffer.concat([binary, Buffer.from(`\n${HIDDEN}`)])))).toEqual([
      'z: not recognised: a binary file in which byte 70001 begins a record: cut off what stands before (`tail -c +70002`)',
    ]);
    expect(unread(await besideALog('audit.log', 'BZh91AY&SY'))).toEqual([
      'audit.log: not recognised: packed with bzip2: unpack it first',
    ]);
    for (const read of await inArchives('audit.log', 'hello')) {
      expect(unread(read)).toEqual([expect.stringMatching(/^a!audit\.log: not recognised/)]);
    }
  });

  it('is passed over when no record follows', async () => {
    await inFolder(async (folder) => {
      mkdirSync(join(folder, 'd'));
      writeFileSync(join(folder, 'd', 'ok.log'), OK);
      writeFileSync(join(folder, 'd', 'notes'), 'what the audit says\n{"a":1}\n'.repeat(10_000));
      writeFileSync(join(folder, 'd', 'other.gz'), gzipSync('no audit\n'.repeat(10_000)));
      const inputs = await openInputs([folder]);
      expect(unread(await collect(inputs))).toEqual([]);
      expect(inputs.facts().map(({ format }) => format)).toEqual(['audit log', 'not recognised', 'not recognised']);
    });
  });
});
