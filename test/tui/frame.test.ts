import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameLines, inset } from '../../src/tui/frame.ts';
import { lineWidth, span } from '../../src/tui/line.ts';
import { glyphsFor } from '../../src/tui/theme/glyphs.ts';

const glyphs = glyphsFor(false);

function draw(width: number, height: number, title: string, tag: string, scroll: [number, number, number] | null) {
  const body = [inset([span('row')], width, glyphs)];
  const [top = 0, visible = 0, total = 0] = scroll ?? [];
  return frameLines(
    body,
    {
      width,
      height,
      title: [span(title)],
      tag: tag === '' ? [] : [span(tag)],
      focused: false,
      scroll: scroll === null ? null : { top, visible, total },
    },
    glyphs,
  );
}

function texts(lines: ReturnType<typeof draw>): readonly string[] {
  return lines.map((line) => line.map((part) => part.text).join(''));
}

describe('frameLines', () => {
  it('puts title and tag into the border', () => {
    expect(texts(draw(24, 4, '1 Checks', 'FAIL', null))).toEqual([
      '╭─ 1 Checks ──── FAIL ─╮',
      '│ row                  │',
      '│                      │',
      '╰──────────────────────╯',
    ]);
  });

  it('leaves the tag out where there is no room, and cuts the title where there is none for it', () => {
    expect(texts(draw(16, 3, '1 Checks', 'FAIL', null))[0]).toBe('╭─ 1 Checks ───╮');
    expect(texts(draw(12, 3, '1 Checks', '', null))[0]).toBe('╭─ 1 Che… ─╮');
  });

  it('shows on the right border what part is seen', () => {
    const edge = (scroll: [number, number, number]) => texts(draw(10, 6, 't', '', scroll)).map((line) => line.at(-1));
    expect(edge([0, 4, 4])).toEqual(['╮', '│', '│', '│', '│', '╯']);
    expect(edge([0, 4, 16])).toEqual(['╮', '┃', '│', '│', '│', '╯']);
    expect(edge([12, 4, 16])).toEqual(['╮', '│', '│', '│', '┃', '╯']);
  });

  it('is exactly as wide and as high as asked', () => {
    const size = fc.integer({ min: 6, max: 120 });
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
    fc.assert(
      fc.property(
        size,
        fc.integer({ min: 2, max: 40 }),
        text,
        text,
        fc.nat(100),
        (width, height, title, tag, total) => {
          const lines = draw(width, height, title, tag, [0, height - 2, total]);
          expect(lines).toHaveLength(height);
          for (const line of lines) expect(lineWidth(line)).toBe(width);
        },
      ),
    );
  });
});
