import { describe, expect, it } from 'vitest';
import { LetterBox } from '../../../src/store/query-thread/letter-box.ts';

describe('a letter box', () => {
  it('gives up when nobody answers, and keeps the question', () => {
    const box = new LetterBox();
    expect(box.ask({ a: 'é'.repeat(100_000) }, 5)).toBeUndefined();
    expect(new LetterBox(box.shared).request()).toEqual({ a: 'é'.repeat(100_000) });
  });

  it('takes no more than its memory', () => {
    const box = new LetterBox(new SharedArrayBuffer(64, { maxByteLength: 128 }));
    expect(() => box.ask('x'.repeat(200), 5)).toThrow('too large');
    expect(box.ask('x'.repeat(60), 5)).toBeUndefined();
  });
});
