import { type Align, displayWidth, pad, truncate } from '../text/width.ts';
import type { Glyphs } from './theme/glyphs.ts';
import type { Style, Theme } from './theme/theme.ts';

/** A run of text in one style. The text is sanitised: it holds no control characters. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One row of cells, left to right. */
export type Line = readonly Span[];

/** A span; `style` is left out for plain text. */
export function span(text: string, style?: Style): Span {
  return style === undefined ? { text } : { text, style };
}

/** Cells that a line takes. */
export function lineWidth(line: Line): number {
  let width = 0;
  for (const part of line) width += displayWidth(part.text);
  return width;
}

/** The line cut or padded to exactly `width` cells; the last visible span carries the ellipsis. */
export function fitLine(line: Line, width: number, glyphs: Glyphs, align: Align = 'left'): Line {
  const natural = lineWidth(line);
  if (natural === width) return line;
  if (natural < width) return padLine(line, width - natural, align);
  const fitted: Span[] = [];
  let room = Math.max(0, width);
  for (const [index, part] of line.entries()) {
    const cells = displayWidth(part.text);
    const isLast = index === line.length - 1;
    // One cell is held back for the ellipsis unless this span ends the line exactly.
    if (cells < room || (isLast && cells === room)) {
      fitted.push(part);
      room -= cells;
      continue;
    }
    fitted.push({ ...part, text: pad(truncate(`${part.text} `, room, glyphs.ellipsis), room) });
    break;
  }
  return fitted;
}

/** The same text in one style: a selected row loses the colours of its parts, which would not show on it. */
export function restyle(line: Line, style: Style): Line {
  return [{ text: line.map((part) => part.text).join(''), style }];
}

/** The line as one string with the SGR codes of the theme. */
export function paint(line: Line, theme: Theme): string {
  let painted = '';
  for (const { text, style } of line) {
    const code = style === undefined || text === '' ? undefined : theme.codes[style];
    painted += code === undefined ? text : code.open + text + code.close;
  }
  return painted;
}

function padLine(line: Line, missing: number, align: Align): Line {
  const before = align === 'right' ? missing : align === 'center' ? missing >> 1 : 0;
  const after = missing - before;
  return [
    ...(before > 0 ? [{ text: ' '.repeat(before) }] : []),
    ...line,
    ...(after > 0 ? [{ text: ' '.repeat(after) }] : []),
  ];
}
