import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfPath, isUtf8Path, textOfPath } from '../../src/text/path-bytes.ts';

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

describe('names of files as text', () => {
  it('leads back to the same bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (name) => {
        expect([...bytesOfPath(textOfPath(name))]).toEqual([...name]);
      }),
    );
  });

  it('is UTF-8 where the name is UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const text = textOfPath(new TextEncoder().encode(name));
        expect(text).toBe(name);
        expect(isUtf8Path(text)).toBe(true);
      }),
    );
  });

  it.each([
    ['a byte that begins nothing', bytes(0x61, 0xff, 0x62), 'a\udcffb'],
    ['a sequence that is cut short', bytes(0x61, 0xe2, 0x82), 'a\udce2\udc82'],
    ['an overlong encoding', bytes(0xc0, 0xaf), '\udcc0\udcaf'],
    ['an encoded surrogate', bytes(0xed, 0xb3, 0xbf), '\udced\udcb3\udcbf'],
    ['a good character between bad bytes', bytes(0xff, 0xc3, 0xa9, 0xfe), '\udcff\u00e9\udcfe'],
    ['a byte order mark', bytes(0xef, 0xbb, 0xbf, 0x61), '\ufeffa'],
  ])('escapes single bytes: %s', (_title, name, text) => {
    expect(textOfPath(name)).toBe(text);
    expect([...bytesOfPath(text)]).toEqual([...name]);
  });
});
