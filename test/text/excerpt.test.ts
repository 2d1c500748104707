import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detached, excerpt } from '../../src/text/excerpt.ts';

describe('an excerpt', () => {
  it('is a short text as it is, and the start of a long one with its length', () => {
    expect(excerpt('abc', 3)).toBe('abc');
    expect(excerpt('abcd', 3)).toBe('abc… (first 3 of 4 characters)');
  });

  it('keeps every character, lone surrogates too', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => detached(text) === text));
    expect(detached('\udc80')).toBe('\udc80');
  });
});
