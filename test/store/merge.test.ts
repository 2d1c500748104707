import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { MAX_EVIDENCE, mergeDetails, mergeEvidence } from '../../src/store/merge.ts';

const anyObject = fc.jsonValue().map((value): JsonObject => ({ value: value as JsonObject, text: '\ud800\0"' }));

describe('mergeDetails', () => {
  it('keeps what is known and takes what is not', () => {
    const known = { a: 1, b: null, c: { d: null, e: [1] }, f: 'x' };
    const more = { a: 2, b: { z: 1 }, c: { d: 4, e: [2], g: 5 }, f: { y: 1 }, h: null };
    expect(mergeDetails(known, more)).toEqual({ a: 1, b: { z: 1 }, c: { d: 4, e: [1], g: 5 }, f: 'x', h: null });
  });

  it('is the same however often the same is said', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (known, more) => {
        const once = mergeDetails(known, more);
        expect(mergeDetails(once, more)).toEqual(once);
        expect(mergeDetails(known, known)).toEqual(known);
      }),
    );
  });

  it('treats a hostile key as a key', () => {
    const merged = mergeDetails(
      JSON.parse('{"__proto__": {"a": 1}}'),
      JSON.parse('{"__proto__": {"b": 2}, "constructor": 3}'),
    );
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"a":1,"b":2},"constructor":3}');
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });

  it('does not let evidence grow for ever', () => {
    const pieces = Array.from({ length: 200 }, (_, line) => ({ origin: 'audit.log', line }));
    const all = pieces.reduce((known: readonly Evidence[], piece) => mergeEvidence(known, [piece]), []);
    expect(all).toEqual(pieces.slice(0, MAX_EVIDENCE));
  });

  it('adds a piece of evidence once', () => {
    const piece = { origin: 'audit.log', line: 1 };
    expect(mergeEvidence([piece], [{ ...piece }, { origin: 'audit.log', line: 2 }])).toEqual([
      piece,
      { origin: 'audit.log', line: 2 },
    ]);
  });
});
