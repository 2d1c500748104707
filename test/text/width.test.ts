import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, fitText, pad, truncate, wrap } from '../../src/text/width.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom('日本', 'e\u0301', '👩‍👩‍👧', '각', 'a', ' ', 'ﾊﾞ', '🇩🇪'), { maxLength: 20 })
    .map((parts) => parts.join('')),
);
const anyWidth = fc.integer({ min: 0, max: 60 });
const clusters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['日本語', 6],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['▁▂▃█', 4],
    ['│─┌', 3],
  ])('%s takes %i cells', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('truncate', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long', 5, 'too …'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['日本語', 1, '…'],
    ['abc', 0, ''],
    ['abc', -3, ''],
  ])('%s in %i cells is %s', (text, width, expected) => {
    expect(truncate(text, width)).toBe(expected);
  });

  it('ends with the ellipsis that it is given', () => {
    expect(truncate('too long', 5, '~')).toBe('too ~');
  });

  it('never exceeds the width and never cuts a cluster', () => {
    fc.assert(
      fc.property(anyText, anyWidth, (text, width) => {
        const cut = truncate(text, width, '~');
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        if (cut === text || cut === '') return;
        const boundaries = new Set([...clusters.segment(text)].map((part) => part.index));
        expect(boundaries.has(cut.length - 1)).toBe(true);
      }),
    );
  });
});

describe('pad and fit', () => {
  it.each([
    ['left', 'ab  '],
    ['right', '  ab'],
    ['center', ' ab '],
  ] as const)('pads %s aligned text', (align, expected) => {
    expect(pad('ab', 4, align)).toBe(expected);
  });

  it('leaves a wider text as it is', () => {
    expect(pad('abcdef', 3)).toBe('abcdef');
  });

  it('gives exactly the width that was asked for', () => {
    fc.assert(
      fc.property(anyText, anyWidth, fc.constantFrom('left', 'right', 'center'), (text, width, align) => {
        expect(displayWidth(fitText(text, width, align))).toBe(width);
      }),
    );
  });
});

describe('wrap', () => {
  it('breaks at spaces, else inside the word, and keeps newlines', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(wrap('a\n\nb', 5)).toEqual(['a', '', 'b']);
    expect(wrap('', 5)).toEqual(['']);
  });

  it('loses nothing but spaces, and only a single cluster may be wider than the line', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll('\n', '').replaceAll(' ', ''));
        for (const line of lines) {
          const single = [...clusters.segment(line)].length === 1;
          expect(single || displayWidth(line) <= width).toBe(true);
        }
      }),
    );
  });
});
