import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../src/model/observation.ts';
import { type ByteInput, memoryInput, openBytes, pipeInput } from '../../src/sources/bytes.ts';
import { readLines } from '../../src/sources/lines.ts';
import { ReadFault } from '../../src/sources/read-fault.ts';
import { gunzip } from '../../src/sources/unpack/gunzip.ts';
import { inFolder } from './helpers.ts';

const signal = new AbortController().signal;
const TEXT = Buffer.from('first line\nsecond line\n'.repeat(5000));

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('gunzip', () => {
  it('unpacks members that follow each other, in any pieces', async () => {
    const packed = Buffer.concat([gzipSync(TEXT), gzipSync('more')]);
    const unpacked = await all(gunzip(inPieces(packed, 7)));
    expect(unpacked.equals(Buffer.concat([TEXT, Buffer.from('more')]))).toBe(true);
  });

  it('gives what it can of a stream that is cut off, then says so', async () => {
    const random = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * 7919 + (i >> 3) * 104729) % 251));
    const packed = gzipSync(random);
    const parts: Uint8Array[] = [];
    const read = async () => {
      for await (const chunk of gunzip(inPieces(packed.subarray(0, packed.length - 10), 100))) parts.push(chunk);
    };
    await expect(read()).rejects.toThrow(new ReadFault('compressed data ends too early'));
    const got = Buffer.concat(parts);
    expect(got.length).toBeGreaterThan(0);
    expect(got.equals(random.subarray(0, got.length))).toBe(true);
  });

  it('loses little of what stands before the damage', async () => {
    const random = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * 7919 + (i >> 3) * 104729) % 251));
    const packed = Buffer.concat([gzipSync(random, { level: 0 }), Buffer.from('what follows is not packed')]);
    let got = 0;
    const read = async () => {
      for await (const chunk of gunzip(inPieces(packed, packed.length))) got += chunk.length;
    };
    await expect(read()).rejects.toThrow('compressed data is damaged');
    expect(random.length - got).toBeLessThan(20_000);
  });

  it('says that damaged data is damaged', async () => {
    const packed = gzipSync(TEXT);
    packed.fill(0xff, 12, 40);
    await expect(all(gunzip(inPieces(packed, 1000)))).rejects.toThrow('compressed data is damaged');
  });

  it('is the identity after gzip for any bytes and pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
        expect((await all(gunzip(inPieces(gzipSync(bytes), size)))).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('inputs', () => {
  const kinds: readonly (readonly [string, (bytes: Uint8Array, folder: string) => Promise<ByteInput>])[] = [
    [
      'a file',
      (bytes, folder) => {
        writeFileSync(join(folder, 'f'), bytes);
        return openBytes(join(folder, 'f'));
      },
    ],
    ['memory', (bytes) => Promise.resolve(memoryInput('mem', bytes))],
    ['a pipe', (bytes) => Promise.resolve(pipeInput('-', () => inPieces(bytes, 1000)))],
  ];
  for (const [kind, open] of kinds) {
    it(`gives the head of ${kind}, and then all of it`, async () => {
      await inFolder(async (folder) => {
        for (const stored of [TEXT, gzipSync(TEXT)]) {
          const input = await open(stored, folder);
          expect(Buffer.from(await input.head(15)).toString()).toBe('first line\nseco');
          expect((await all(input.chunks(signal))).equals(TEXT)).toBe(true);
          expect(input.bytesRead()).toBe(stored.length);
        }
      });
    });

    it(`gives the head of ${kind} that is cut off, and says so when it is read`, async () => {
      await inFolder(async (folder) => {
        const input = await open(gzipSync(TEXT).subarray(0, 200), folder);
        await input.head(1_000_000);
        await expect(all(input.chunks(signal))).rejects.toThrow(ReadFault);
      });
    });
  }

  it('knows size and time of a file', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'f'), TEXT);
      const input = await openBytes(join(folder, 'f'));
      expect(input.totalBytes).toBe(TEXT.length);
      expect(Number.isInteger(input.modified)).toBe(true);
    });
  });

  it('says why a path cannot be read', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'none');
      const error: unknown = await openBytes(path).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SourceError);
      expect(error).toMatchObject({ kind: 'input', message: `${path}: no such file or folder` });
    });
  });

  it('stops waiting for a silent pipe when it is told to', async () => {
    const abort = new AbortController();
    const input = pipeInput('-', async function* () {
      yield Buffer.from('ab');
      await new Promise(() => undefined);
    });
    const chunks = input.chunks(abort.signal);
    expect((await chunks.next()).done).toBe(false);
    const waiting = chunks.next();
    abort.abort();
    expect((await waiting).done).toBe(true);
  });
});

describe('readLines', () => {
  async function read(bytes: Uint8Array, maxBytes = 100) {
    const lines: string[] = [];
    const unreadable: string[] = [];
    for await (const batch of readLines(memoryInput('m', bytes), maxBytes, signal)) {
      lines.push(...batch.lines.map((line) => line.text));
      unreadable.push(...batch.unreadable.map(({ at, reason }) => `${at.line}@${at.offset} ${reason}`));
    }
    return { lines, unreadable };
  }

  it('sorts out lines that are too long', async () => {
    expect(await read(Buffer.from(`a\n${'b'.repeat(200)}\nc`))).toEqual({
      lines: ['a', 'c'],
      unreadable: ['2@2 line is longer than 100 bytes'],
    });
  });

  it('says at which line packed data ends too early', async () => {
    const packed = gzipSync(Buffer.from('a\nb\n'), { level: 0 });
    expect(await read(packed.subarray(0, packed.length - 4))).toEqual({
      lines: ['a', 'b'],
      unreadable: ['3@4 compressed data ends too early'],
    });
  });
});
