import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../src/model/event.ts';
import { SEVERITIES } from '../../../src/model/severity.ts';
import { Token } from '../../../src/store/scan/token.ts';
import { Words } from '../../../src/store/scan/words.ts';

const viewOf = (text: string) => {
  const { buffer, byteOffset, length } = Buffer.from(text);
  return new DataView(buffer, byteOffset, length);
};
const anyText = fc.string({ unit: fc.constantFrom('a', 'b', '-', '"'), minLength: 4, maxLength: 40 });

describe('a token', () => {
  it('stands where its text does, and nowhere else', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(6), (text, other, at) => {
        const token = new Token(text);
        for (const there of [text, other, text.slice(0, -1), `${text.slice(0, -1)}x`, `x${text.slice(1)}`]) {
          const after = token.after(viewOf(' '.repeat(at) + there), at);
          expect(after).toBe(there.startsWith(text) ? at + text.length : -1);
        }
        for (const none of [-1, Number.NaN]) expect(token.after(viewOf(text), none)).toBe(-1);
      }),
    );
  });

  it('is compared in every character', () => {
    for (let length = 4; length <= 40; length += 1) {
      const text = 'k'.repeat(length);
      for (let index = 0; index < length; index += 1) {
        const changed = `${text.slice(0, index)}x${text.slice(index + 1)}`;
        expect(new Token(text).after(viewOf(changed), 0)).toBe(-1);
      }
    }
  });
});

describe('words', () => {
  const cases = [
    { words: EVENT_TYPES, following: '","severity":"' },
    { words: SEVERITIES, following: '","source":"' },
  ];

  it.each(cases)('are told apart: $words', ({ words, following }) => {
    const all = new Words(words, following);
    words.forEach((word, index) => {
      expect(all.after(viewOf(`${word}${following}x`), 0)).toBe(word.length + following.length);
      expect(all.found).toBe(index);
    });
  });

  it.each(cases)('are nothing else: $words', ({ words, following }) => {
    const all = new Words(words, following);
    const anyWord = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(anyWord, fc.nat(30), fc.string({ minLength: 1, maxLength: 1 }), (word, at, character) => {
        const text = `${word}${following}`;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        const isOne = words.some((each) => changed.startsWith(`${each}${following}`));
        expect(all.after(viewOf(changed), 0) >= 0).toBe(isOne);
      }),
    );
    for (const none of [-1, Number.NaN]) expect(all.after(viewOf(following.repeat(2)), none)).toBe(-1);
  });

  it('that cannot be told apart are refused', () => {
    expect(() => new Words(['the same text a', 'the same text b'], '')).toThrow(RangeError);
  });
});
