import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textHash } from '../../src/store/text-hash.ts';
import { eventId } from './fixture-event.ts';

const hashOf = (text: string, before = '', after = '') => {
  const bytes = Uint8Array.from(Buffer.from(before + text + after));
  const start = Buffer.byteLength(before);
  return textHash(new DataView(bytes.buffer), start, start + Buffer.byteLength(text));
};

describe('the hash of a text', () => {
  it('does not depend on what stands around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, before, after) => {
        expect(hashOf(text, before, after)).toBe(hashOf(text));
      }),
    );
  });

  it('is another one for a text with a NUL more', () => {
    expect(new Set(['', '\0', '\0\0', 'a', 'a\0', '\0a'].map((text) => hashOf(text))).size).toBe(6);
  });

  it('spreads ids that follow each other over a table', () => {
    const slots = new Set(Array.from({ length: 4096 }, (_, number) => hashOf(eventId(number)) & 8191));
    // By chance 8192 × (1 - 1/√e) = 3223 of them are different.
    expect(slots.size).toBeGreaterThan(3000);
  });
});
