import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadFault } from '../../../src/sources/read-fault.ts';
import { unpack } from '../../../src/sources/unpack/unpack.ts';

const LINES = Buffer.from(Array.from({ length: 300 }, (_, i) => `line ${i + 1}\n`).join(''));

const bytes = (base64: string) => Buffer.from(base64, 'base64');

/** `LINES` as `xz -9e --check=crc32` and `zstd -19` pack them. */
const XZ = bytes(
  '/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM4AofAP5dADYaSh8IoCtv/pTGQdMBWdXgQJCCtKMCOYt6s0Ljd6CGR2C45eR7MxQbdWRj+Im1HION3MxNt8udWvQBoslc/O1D9LgvcIkH57V6aQ4cYzoJ47JLdIBCYAk9dwU/4KCPsrUbKKtJhmhmNR2HyG0xV9ohxnXGAV9VUJAA3mPDG6x0JKHgriXkM2xc/eP+XQtUwmOXYnI6QEjHLdZJlYT9FtjXh9cymErNKmVbkYoQwYSu6wnwG6EJm091foFNybkdXtjfxF/VoV/b5zcM+kzIPmMuUx6a2omrrMBkbcy5bb96mtTwcSGwzNyrQTG05UZzGodLmG0a9PmPa7JpJOAAAAAATIe1xAABlgKgFAAASmDuJD4wDYsCAAAAAAFZWg==',
);
const ZSTD = bytes(
  'KLUv/WQgCc0JAGbgOBGwpdBijuCSgCKR3b1TasTBgT4ALAAuAGEYhmEYhuGsaGQjhLOikY0LZ0UjGxbOikY2KpwVjWxQOCsa2ZhwVjSyIeGsaGTjcFY0smE4KxpZ4ABgIEAgpmmWZVmWZVmWJUmSJEmSJEmO4ziO4ziOoyiKoiiKoiju7u7u7qqqqqqqhmGyLMuyLMv//////+7u7u7ucRzHcRzHcRwMBoPBYDAYDJ7neZ7neZ6naZqmaZoBgggJh8PhcDgcDofv+77v+77v27Zt27Zt27bruq7ruq7rmqZpmqZpmqbneZ7neZ7nWZYDgSuoEUD5zeEraxEkFD9vkiiJiqiIiqiIiqiESqiESqgE6hSnbkpTMhWmLtVSlUIBOwx8GYNrMfhlGa7F4CdjuBYDv4zhWhjM8vxe9rXs2CoI+KtidIgZ',
);
/** `more\n`: plain, with a check and with a filter that are not read, and as zstd. */
const XZ_MORE = bytes('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAEbW9yZQoAAAAAEigNKKGT898AAR0FuC2Arx+2830BAAAAAARZWg==');
const XZ_SHA256 = bytes(
  '/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAEbW9yZQoAAAAAI5YJnGwIT6S5vqyfDVLPO+nPjUcEDvEniD1TK1eQzXQAATUFEoPd8hibS5oBAAAAAApZWg==',
);
const XZ_X86 = bytes('/Td6WFoAAATm1rRGAgEEACEBFgANhjUfAQAEbW9yZQoAAAAAEigNKKGT898AAR0FuC2Arx+2830BAAAAAARZWg==');
const ZSTD_MORE = bytes('KLUv/QRYKQAAbW9yZQp4hlXR');

async function* inPieces(whole: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size);
}

/** What it unpacks to, and why it ended where it should not. */
async function unpacked(packed: Uint8Array, size = packed.length || 1): Promise<[text: string, fault: string | null]> {
  const parts: Buffer[] = [];
  try {
    for await (const chunk of unpack(inPieces(packed, size))) parts.push(Buffer.from(chunk));
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    return [Buffer.concat(parts).toString(), error.message];
  }
  return [Buffer.concat(parts).toString(), null];
}

describe('unpack', () => {
  it('passes what is not packed, down to nothing and to the start of a magic', async () => {
    for (const text of ['', 'x', 'xy', 'plain', '\x1f', '\xfd7zX']) {
      expect(await unpacked(Buffer.from(text, 'latin1'), 1)).toEqual([Buffer.from(text, 'latin1').toString(), null]);
    }
  });

  it('asks a pipe for no more than it takes to tell', async () => {
    const silent = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await new Promise(() => undefined);
    };
    expect((await unpack(silent()).next()).value?.[0]).toBe(97);
  });

  it.each([
    ['gzip', gzipSync(LINES)],
    ['xz', XZ],
    ['zstd', ZSTD],
    ['gzip in gzip', gzipSync(gzipSync(LINES))],
    ['xz in gzip', gzipSync(XZ)],
    ['zstd in gzip', gzipSync(ZSTD)],
  ])('unpacks %s in pieces of any size', async (_name, packed) => {
    for (const size of [1, 7, 4096]) expect(await unpacked(packed, size)).toEqual([LINES.toString(), null]);
  });

  it.each([
    ['gzip', Buffer.concat([gzipSync(LINES), gzipSync('more\n')])],
    ['gzip with zeros', Buffer.concat([gzipSync(LINES), Buffer.alloc(1), gzipSync('more\n'), Buffer.alloc(3000)])],
    ['gzip with many zeros', Buffer.concat([gzipSync(LINES), Buffer.alloc(5000), gzipSync('more\n'), Buffer.alloc(1)])],
    ['xz', Buffer.concat([XZ, XZ_MORE])],
    ['xz with padding', Buffer.concat([XZ, Buffer.alloc(8), XZ_MORE, Buffer.alloc(4)])],
    ['zstd', Buffer.concat([ZSTD, ZSTD_MORE])],
    ['zstd with a skipped frame', Buffer.concat([bytes('UCpNGAQAAABhYmNk'), ZSTD, bytes('UCpNGAAAAAA='), ZSTD_MORE])],
  ])('unpacks %s streams that follow each other', async (_name, packed) => {
    for (const size of [1, 5, 4096]) expect(await unpacked(packed, size)).toEqual([`${LINES}more\n`, null]);
  });

  it.each([
    ['xz', XZ],
    ['zstd', ZSTD],
  ])('says of %s that is cut off that it ends too early', async (_name, packed) => {
    for (const cut of [9, 40, packed.length - 1]) {
      const [text, fault] = await unpacked(packed.subarray(0, cut));
      expect(fault).toBe('compressed data ends too early');
      expect(LINES.toString().startsWith(text)).toBe(true);
    }
  });

  it.each([
    ['gzip', gzipSync(LINES)],
    ['xz', XZ],
    ['zstd', ZSTD],
  ])('gives all of a %s stream before the junk that follows it', async (_name, packed) => {
    const [text, fault] = await unpacked(Buffer.concat([packed, Buffer.from('no packed data here')]), 30);
    expect(LINES.toString().startsWith(text)).toBe(true);
    expect(fault).toBe('compressed data is damaged');
  });

  it.each([
    ['gzip', gzipSync(LINES), 'compressed data is damaged'],
    ['xz', XZ, 'compressed data is damaged'],
    ['zstd', ZSTD, 'compressed data is damaged'],
  ])('says of %s that what follows zeros is none', async (_name, packed, fault) => {
    for (const size of [1, 30, 4096]) {
      const behind = Buffer.concat([packed, Buffer.alloc(8), Buffer.from('no packed data here'), packed]);
      expect(await unpacked(behind, size)).toEqual([LINES.toString(), fault]);
    }
  });

  it('unpacks gzip members with any number of zeros between them', async () => {
    const member = fc.tuple(fc.string({ maxLength: 3000 }), fc.nat(40));
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 3000 }),
        async (members, size) => {
          const packed = Buffer.concat(members.flatMap(([text, zeros]) => [gzipSync(text), Buffer.alloc(zeros)]));
          expect(await unpacked(packed, size)).toEqual([members.map(([text]) => text).join(''), null]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives up on gzip members with zeros between them that nobody makes', async () => {
    const packed = Buffer.concat(Array.from({ length: 2000 }, () => Buffer.concat([gzipSync('x'), Buffer.alloc(1)])));
    const [text, fault] = await unpacked(packed);
    expect(text.length).toBeGreaterThan(1000);
    // Deno 2.4.2 unpacks them all with one stream, so that no number of them costs much there.
    expect(fault ?? `all ${text.length}`).toMatch(/^(gzip members with zeros between them|all 2000$)/);
  });

  it('says of an xz filter or check that is not read what it is', async () => {
    for (const packed of [XZ_X86, XZ_SHA256]) {
      expect(await unpacked(packed)).toEqual(['', 'packed with an xz filter or check that is not read']);
    }
  });

  it('unpacks several xz streams side by side', async () => {
    const streams = [1, 2, 3].map(() => unpack(inPieces(XZ, 10)));
    const texts = streams.map(() => '');
    for (let going = true; going; ) {
      going = false;
      for (const [index, stream] of streams.entries()) {
        const next = await stream.next();
        if (next.done === true) continue;
        going = true;
        texts[index] += Buffer.from(next.value).toString();
      }
    }
    expect(texts).toEqual(streams.map(() => LINES.toString()));
  });

  it('stops undoing at the fourth packing', async () => {
    let packed: Buffer = Buffer.from('deep');
    for (let layer = 0; layer < 5; layer += 1) packed = gzipSync(packed);
    const [text] = await unpacked(packed);
    expect(text).not.toBe('deep');
    expect(Buffer.from(text, 'latin1')[0]).toBe(0x1f);
  });

  it('unpacks no more of a bomb than is taken', async () => {
    // 64 MiB of zeros in RLE blocks of zstd: 4 bytes for each 128 KiB.
    const blocks = Array.from({ length: 512 }, (_, i) => Buffer.of(...block(i === 511), 0));
    const bomb = Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38), ...blocks]);
    let taken = 0;
    for await (const chunk of unpack(inPieces(bomb, 100))) {
      taken += chunk.length;
      if (taken > 1024 * 1024) break;
    }
    expect(taken).toBeLessThan(3 * 1024 * 1024);
  });

  it('takes no memory for a zstd window that nobody makes', async () => {
    // A window descriptor of 2 GiB less one step, in the second frame.
    const frame = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa7, 0x01, 0x00, 0x00);
    const fault = 'packed with a zstd window that is too large to be read';
    const packed = Buffer.concat([ZSTD_MORE, frame]);
    expect(await unpacked(packed, 1)).toEqual(['more\n', fault]);
    expect((await unpacked(packed))[1]).toBe(fault);
  });

  it('says of a zstd frame that needs a dictionary what it is', async () => {
    const fault = 'packed with a zstd dictionary, which is not at hand: unpack it first';
    const packed = bytes('KLUv/WfLk3hXAABlAAAQRAoCPN0AIT9dAgKatH0x');
    for (const size of [1, 100]) expect(await unpacked(packed, size)).toEqual(['', fault]);
  });

  it('does not busy itself with zstd blocks that are almost empty', async () => {
    const empty = Buffer.of(0x00, 0x00, 0x00);
    const frame = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68);
    const packed = Buffer.concat([frame, ...Array.from({ length: 5000 }, () => empty)]);
    expect(await unpacked(packed)).toEqual(['', 'packed with zstd in blocks that are too small to be read']);
  });

  it('takes flipped bits for damage and no more', async () => {
    const packings = [gzipSync(LINES), XZ, ZSTD, gzipSync(XZ)];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...packings),
        fc.array(fc.tuple(fc.nat(400), fc.nat(7)), { minLength: 1, maxLength: 3 }),
        fc.nat(400),
        async (packing, flips, cut) => {
          const broken = Buffer.from(packing);
          for (const [at, bit] of flips) broken[at % broken.length] = (broken[at % broken.length] ?? 0) ^ (1 << bit);
          await unpacked(broken.subarray(0, Math.max(1, broken.length - cut)), 64);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Header of an RLE block of 128 KiB (RFC 8878, section 3.1.1.2). */
function block(last: boolean): number[] {
  const header = (131072 << 3) | (1 << 1) | (last ? 1 : 0);
  return [header & 255, (header >> 8) & 255, header >> 16];
}
