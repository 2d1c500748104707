import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archiveFiles } from '../../../src/sources/archive/archive.ts';
import { Spool } from '../../../src/sources/archive/spool.ts';
import { type ByteInput, memoryInput, openBytes, pipeInput, storedInput } from '../../../src/sources/bytes.ts';
import { ReadFault } from '../../../src/sources/read-fault.ts';
import { paxOf, type TarEntry, tarOf } from '../../helpers/tar.ts';
import { inFolder } from '../helpers.ts';

const signal = new AbortController().signal;

async function textOf(input: ByteInput): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of input.chunks(signal)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString();
}

/** Names and contents of what is in an archive, and why it ended too early. */
async function read(archive: ByteInput, wanted: (name: string) => boolean = () => true, spool = new Spool()) {
  const files: [name: string, content: string][] = [];
  let fault: string | null = null;
  try {
    for await (const file of archiveFiles(
      archive,
      async (name) => (wanted(name) ? null : { reason: 'unwanted' }),
      spool,
      signal,
    )) {
      if ('damage' in file) {
        files.push(['', `damage: ${file.damage}`]);
        continue;
      }
      const content = file.input === null ? `(${file.reason})` : await textOf(file.input).catch(faultOf);
      files.push([file.name, content]);
    }
  } catch (error) {
    fault = faultOf(error);
  }
  await spool.close();
  return { files, fault };
}

function faultOf(error: unknown): string {
  if (!(error instanceof ReadFault)) throw error;
  return `fault: ${error.message}`;
}

/** The same bytes as an archive that lies somewhere, and as one that comes. */
const ways: readonly (readonly [string, (bytes: Uint8Array) => ByteInput])[] = [
  ['in place', (bytes) => memoryInput('a', bytes)],
  ['packed', (bytes) => memoryInput('a', gzipSync(bytes))],
  [
    'through a pipe',
    (bytes) =>
      pipeInput('a', async function* () {
        for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
      }),
  ],
];

describe.each(ways)('an archive %s', (_way, open) => {
  const contents = async (entries: readonly TarEntry[]) => (await read(open(tarOf(entries)))).files;

  it('gives its files, and what is no file with the reason', async () => {
    const long = 'x'.repeat(3000);
    const { files, fault } = await read(
      open(
        tarOf([
          { name: './d/', type: '5' },
          { name: './d/one', data: '1' },
          { name: 'link', type: '2', change: (header) => header.write('/etc/passwd', 157) },
          { name: 'empty' },
          { name: '/abs/long', data: long },
        ]),
      ),
    );
    expect(fault).toBeNull();
    expect(files).toEqual([
      ['a!d/one', '1'],
      ['a!link', '(a link to /etc/passwd, not followed)'],
      ['a!empty', ''],
      ['a!abs/long', long],
    ]);
  });

  it('lists links, devices and FIFOs, whatever size they claim', async () => {
    const pretend = (header: Buffer) => header.write('00000000777\0', 124);
    expect(
      await contents([
        { name: '././@LongLink', type: 'K', data: `${'t/'.repeat(80)}\0` },
        { name: 'soft', type: '2', change: pretend },
        { name: 'hard', type: '1', change: (header) => header.write('one', 157) },
        { name: 'tty', type: '3', change: pretend },
        { name: 'disk', type: '4' },
        { name: 'fifo', type: '6' },
        { name: 'odd', type: 'Z', data: 'x' },
        { name: 'one', data: '1' },
      ]),
    ).toEqual([
      ['a!soft', `(a link to ${'t/'.repeat(80)}, not followed)`],
      ['a!hard', '(a hard link to one in the archive)'],
      ['a!tty', '(a device)'],
      ['a!disk', '(a device)'],
      ['a!fifo', '(a FIFO)'],
      ['a!odd', 'x'],
      ['a!one', '1'],
    ]);
  });

  it.each([1, 2, 21, 3000])('goes on behind blocks of zeros: %s of them', async (blocks) => {
    const joined = Buffer.concat([
      tarOf([{ name: 'one', data: '1'.repeat(600) }]).subarray(0, -1024),
      Buffer.alloc(512 * blocks),
      tarOf([{ name: 'two', data: '2' }]),
      tarOf([{ name: 'three', data: '3' }]),
    ]);
    const { files, fault } = await read(open(joined));
    expect(fault).toBeNull();
    expect(files.map(([name]) => name)).toEqual(['a!one', 'a!two', 'a!three']);
    expect(files[2]?.[1]).toBe('3');
  });

  it('says what follows the zeros that is no archive', async () => {
    const { files, fault } = await read(
      open(Buffer.concat([tarOf([{ name: 'one', data: '1' }]), Buffer.from('rest'.repeat(200))])),
    );
    expect(files.map(([name]) => name)).toEqual(['a!one']);
    expect(fault).toBe('fault: the archive is damaged: no header at byte 2048');
  });

  it('goes on behind what is damaged, and says which bytes are', async () => {
    const spoilt = (header: Buffer) => header.fill(0x41, 0, 100);
    const bytes = tarOf([
      { name: 'one', data: '1' },
      { name: 'two', data: '2' },
      { name: 'three', data: '3' },
    ]);
    spoilt(bytes.subarray(1024));
    const { files, fault } = await read(open(bytes));
    expect(fault).toBeNull();
    expect(files).toEqual([
      ['a!one', '1'],
      ['', 'damage: bytes 1024 to 2047 are damaged: no header is there'],
      ['a!three', '3'],
    ]);
  });

  it('takes an end of zeros that is less than a block', async () => {
    const bytes = Buffer.concat([tarOf([{ name: 'one', data: '1' }]), Buffer.alloc(100)]);
    expect(await read(open(bytes))).toEqual({ files: [['a!one', '1']], fault: null });
  });

  it('keeps the bytes of a name that is not UTF-8', async () => {
    const name = (header: Buffer) => header.write('bad\xff', 0, 'latin1');
    expect(await contents([{ name: '', data: '1', change: name }])).toEqual([['a!bad\udcff', '1']]);
  });

  it('knows long names of ustar, GNU tar and pax', async () => {
    const name = `${'deep/'.repeat(40)}file`;
    expect(
      await contents([
        { name: '././@LongLink', type: 'L', data: `${name}\0` },
        { name: name.slice(0, 100), data: 'gnu' },
        { name: 'PaxHeader', type: 'x', data: paxOf({ path: `${name}ü`, mtime: '1.5' }) },
        { name: 'short', data: 'pax' },
        { name: 'file', data: 'ustar', change: (header) => header.write('prefix', 345) },
        { name: 'file', data: 'after' },
      ]),
    ).toEqual([
      [`a!${name}`, 'gnu'],
      [`a!${name}ü`, 'pax'],
      ['a!prefix/file', 'ustar'],
      ['a!file', 'after'],
    ]);
  });

  it('knows sizes of pax and GNU tar', async () => {
    const binary = (header: Buffer) => {
      header.fill(0, 124, 136);
      header.writeUInt8(0x80, 124);
      header.writeUInt32BE(5, 132);
    };
    const wrong = (header: Buffer) => header.write('00000000000', 124);
    expect(
      await contents([
        { name: 'gnu', data: '12345', change: binary },
        { name: 'h', type: 'x', data: paxOf({ size: '3' }) },
        { name: 'pax', data: 'abc', change: wrong },
        { name: 'last', data: 'z' },
      ]),
    ).toEqual([
      ['a!gnu', '12345'],
      ['a!pax', 'abc'],
      ['a!last', 'z'],
    ]);
  });

  it('does not take the parts of a sparse file for the file', async () => {
    const map = Buffer.alloc(512);
    const sparse = (header: Buffer) => header.writeUInt8(1, 482);
    const blocks = tarOf([
      { name: 'old', type: 'S', data: 'x', change: sparse },
      { name: 'next', data: 'n' },
    ]);
    // The map of the first file goes on in a block of its own.
    const bytes = Buffer.concat([blocks.subarray(0, 512), map, blocks.subarray(512)]);
    const { files } = await read(open(bytes));
    expect(files).toEqual([
      ['a!old', expect.stringContaining('sparse')],
      ['a!next', 'n'],
    ]);
    const pax = [
      { name: 'h', type: 'x', data: paxOf({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'real' }) },
      { name: 'GNUSparseFile.0/real', data: '...' },
    ];
    expect(await contents(pax)).toEqual([['a!real', expect.stringContaining('sparse')]]);
  });

  it('keeps no more of a name than a path can have', async () => {
    const { files } = await read(
      open(
        tarOf([
          { name: 'L', type: 'L', data: 'x'.repeat(60_000) },
          { name: 'x', data: '1' },
        ]),
      ),
    );
    expect(files).toEqual([[`a!${'x'.repeat(4096)}… (first 4096 of 60000 characters)`, '1']]);
  });

  it('takes an entry of a type that it does not know for a file, and refuses what has data and is none', async () => {
    const types = (each: string) => [...each].map((type) => ({ name: type, type, data: type }));
    expect(await contents(types('7ZNaXQ'))).toEqual([...'7ZNaXQ'].map((type) => [`a!${type}`, type]));
    const refused: string[] = [];
    const bytes = tarOf([
      ...types('SMDV'),
      { name: 'empty list', type: 'D' },
      { name: 'label', type: 'V' },
      { name: 'g', type: 'g', data: paxOf({ 'GNU.sparse.name': 'x' }) },
      { name: 'log', data: 'l' },
    ]);
    for await (const file of archiveFiles(open(bytes), async () => null, new Spool(), signal)) {
      if ('refused' in file && file.refused === true) refused.push(file.name);
    }
    expect(refused).toEqual(['a!S', 'a!M', 'a!D', 'a!V', 'a!x']);
  });

  it('gives what is whole of one that is cut off, and says so', async () => {
    const bytes = tarOf([
      { name: 'one', data: '1' },
      { name: 'two', data: '2'.repeat(2000) },
    ]);
    const inside = await read(open(bytes.subarray(0, 512 * 3 + 100)));
    expect(inside.files).toEqual([
      ['a!one', '1'],
      ['a!two', expect.stringContaining('fault: ')],
    ]);
    expect(inside.fault).toBe('fault: the archive ends inside two');
    expect((await read(open(bytes.subarray(0, 512 * 2 + 10)))).fault).toBe(
      'fault: the archive ends inside a header, at byte 1024',
    );
    // A collector that was stopped leaves no closing zeros.
    expect(await read(open(bytes.subarray(0, 1024)))).toEqual({ files: [['a!one', '1']], fault: null });
  });

  it('says where it is damaged', async () => {
    const bytes = tarOf([{ name: 'one', data: '1' }, { name: 'two' }]);
    bytes[1024] = 0x41;
    expect(await read(open(bytes))).toEqual({
      files: [['a!one', '1']],
      fault: 'fault: the archive is damaged: no header at byte 1024',
    });
  });

  it('gives back any files, or what is left of them', async () => {
    const entries = fc.array(
      fc.record({ name: fc.stringMatching(/^[a-z]{1,20}$/), data: fc.string({ maxLength: 1500 }) }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), fc.nat(255), async (wanted, at, byte) => {
        const bytes = tarOf(wanted);
        expect(await read(open(bytes))).toEqual({
          files: wanted.map(({ name, data }) => [`a!${name}`, data]),
          fault: null,
        });
        bytes[at % bytes.length] = byte;
        await read(open(bytes.subarray(0, bytes.length - (at % 700))));
      }),
      { numRuns: 30 },
    );
  });
});

describe('an archive where it lies', () => {
  it('takes time by its bytes, not by its bytes for each of its members', async () => {
    await inFolder(async (folder) => {
      const entries = Array.from({ length: 9500 }, (_, index) => ({ name: `f${index}` }));
      writeFileSync(join(folder, 'a.tar'), tarOf(entries));
      let files = 0;
      const archive = await openBytes(join(folder, 'a.tar'));
      for await (const file of archiveFiles(archive, async () => null, new Spool(), signal)) {
        if ('input' in file) files += 1;
      }
      expect(files).toBe(9500);
    });
  });

  it('passes over a gigabyte of zeros in all, which a sparse file has for nothing', async () => {
    const gap = 400 * 2 ** 20;
    const member = tarOf([{ name: 'one', data: '1' }]).subarray(0, 1024);
    const zeros = Buffer.alloc(2 ** 20);
    const end = 5 * (gap + 1024);
    const store = {
      chunks: async function* (start: number, stop: number) {
        for (let at = start; at < Math.min(stop, end); ) {
          const inMember = at % (gap + 1024);
          const limit = Math.min(stop, end) - at;
          const chunk =
            inMember < 1024
              ? member.subarray(inMember, Math.min(1024, inMember + limit))
              : zeros.subarray(0, Math.min(limit, zeros.length, gap + 1024 - inMember));
          at += chunk.length;
          yield chunk;
        }
      },
    };
    const { files, fault } = await read(storedInput('a', { store, start: 0, end }));
    expect(files.map(([name]) => name)).toEqual(['a!one', 'a!one', 'a!one']);
    expect(fault).toMatch(/^fault: not read to its end: zeros only from byte \d+ to \d+$/);
  });
});

describe('an archive that is packed', () => {
  it('keeps what is wanted and names the rest', async () => {
    const archive = memoryInput(
      'a.tgz',
      gzipSync(
        tarOf([
          { name: 'x', data: '1' },
          { name: 'y', data: '2' },
        ]),
      ),
    );
    expect((await read(archive, (name) => name === 'y')).files).toEqual([
      ['a.tgz!x', '(unwanted)'],
      ['a.tgz!y', '2'],
    ]);
  });

  it('keeps large files in a temporary file, and small ones in memory', async () => {
    await inFolder(async (folder) => {
      const large = Buffer.alloc(3_000_000, 'line\n');
      const entries = [
        { name: 'a', data: 'small' },
        { name: 'b', data: large },
        { name: 'c', data: large },
      ];
      writeFileSync(join(folder, 'a.tar.gz'), gzipSync(tarOf(entries)));
      const spool = new Spool({ folder, memory: 100 });
      const inputs: ByteInput[] = [];
      for await (const file of archiveFiles(
        await openBytes(join(folder, 'a.tar.gz')),
        async () => null,
        spool,
        signal,
      )) {
        if ('input' in file && file.input !== null) inputs.push(file.input);
      }
      const texts = [];
      for (const input of inputs) texts.push(await textOf(input));
      expect(texts).toEqual(['small', large.toString(), large.toString()]);
      expect(inputs.map(({ totalBytes }) => totalBytes)).toEqual([5, large.length, large.length]);
      await spool.close();
      await expect(textOf(inputs[1] ?? memoryInput('', new Uint8Array()))).rejects.toThrow('it was given up');
    });
  });

  it('stops keeping at its limit, and says so of what it did not keep', async () => {
    const archive = memoryInput(
      'a',
      gzipSync(
        tarOf([
          { name: 'x', data: 'x'.repeat(900) },
          { name: 'y', data: 'y'.repeat(900) },
          { name: 'z', data: 'z' },
        ]),
      ),
    );
    const { files } = await read(archive, undefined, new Spool({ limit: 1000 }));
    expect(files[0]).toEqual(['a!x', 'x'.repeat(900)]);
    expect(files[1]?.[1]).toMatch(/fault: not read: what is to be read of archives is more than/);
    expect(files[2]).toEqual(['a!z', 'z']);
  });

  it('says when there is no room for it', async () => {
    const archive = memoryInput('a', gzipSync(tarOf([{ name: 'x', data: 'x'.repeat(900) }])));
    const { files } = await read(archive, undefined, new Spool({ folder: '/no/such/folder', memory: 0 }));
    expect(files[0]?.[1]).toBe('fault: not read: no room to unpack it in /no/such/folder: no such file or folder');
  });
});
