import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packText, readableText, unpackText } from '../../src/store/text-column.ts';

/** Any JavaScript string: lone surrogates, NUL, quotes. */
const anyText = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('\0', '"', '\ud800', '\udc00', 'a')),
});

describe('text columns', () => {
  it('give back any string, and two strings never look alike', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const packed = packText(a);
        expect(unpackText(packed)).toBe(a);
        expect(/[\0\ud800-\udfff]/u.test(packed)).toBe(false);
        if (a !== b) expect(packText(b)).not.toBe(packed);
      }),
    );
  });

  it('for people are what SQLite can hold', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readableText(text)).not.toMatch(/\0|\p{Cs}/u);
      }),
    );
    expect(readableText('Ärger 😀')).toBe('Ärger 😀');
  });
});
