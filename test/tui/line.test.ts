import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../src/text/sanitise.ts';
import { fitLine, type Line, lineWidth, paint, restyle, span } from '../../src/tui/line.ts';
import { glyphsFor } from '../../src/tui/theme/glyphs.ts';
import { themeOf } from '../../src/tui/theme/theme.ts';

const glyphs = glyphsFor(false);
const styles = ['error', 'dim', 'selected', 'critical', undefined] as const;
const anyLine: fc.Arbitrary<Line> = fc.array(
  fc
    .tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom(...styles))
    .map(([text, style]) => span(printable(text), style)),
  { maxLength: 6 },
);

function textOf(line: Line): string {
  return line.map((part) => part.text).join('');
}

describe('fitLine', () => {
  it('cuts in the span where the line ends, and pads at the end', () => {
    const line = [span('abc', 'error'), span('defgh')];
    expect(textOf(fitLine(line, 6, glyphs))).toBe('abcde…');
    expect(textOf(fitLine(line, 3, glyphs))).toBe('ab…');
    expect(textOf(fitLine(line, 8, glyphs))).toBe('abcdefgh');
    expect(textOf(fitLine(line, 10, glyphs))).toBe('abcdefgh  ');
    expect(textOf(fitLine(line, 10, glyphs, 'right'))).toBe('  abcdefgh');
    expect(textOf(fitLine([], 2, glyphs))).toBe('  ');
  });

  it('gives exactly the width that was asked for', () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 0, max: 80 }), (line, width) => {
        expect(lineWidth(fitLine(line, width, glyphs))).toBe(width);
      }),
    );
  });
});

describe('paint', () => {
  it('opens and closes each style', () => {
    expect(paint([span('a'), span('b', 'error')], themeOf('color'))).toBe('a\x1b[31mb\x1b[39m');
  });

  it('uses no colour in the mono theme', () => {
    const line = styles.map((style) => span('x', style));
    const codes = [...paint(line, themeOf('mono')).matchAll(/\x1b\[(\d+)m/g)].map((match) => Number(match[1]));
    expect(codes.length).toBeGreaterThan(0);
    // 1 and 22 are bold on and off, 7 and 27 inverse on and off.
    expect(codes.filter((code) => ![1, 22, 7, 27].includes(code))).toEqual([]);
  });
});

describe('restyle', () => {
  it('makes one span of the line', () => {
    expect(restyle([span('a', 'error'), span('b')], 'selected')).toEqual([{ text: 'ab', style: 'selected' }]);
  });
});
