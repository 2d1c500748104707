import stringWidth from 'string-width';

/** Where the padding goes: `left` aligned text is padded on its right. */
export type Align = 'left' | 'right' | 'center';

/** Plain printable ASCII, where one code unit is one cell. */
const PLAIN = /^[\x20-\x7e]*$/;

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Terminal cells that a text takes, by the same tables as Ink's (UAX #11 East Asian Width, UAX #29 clusters), so that
 * what we measure and what Ink measures agree. The text is expected to be sanitised: escape sequences count as nothing.
 */
export function displayWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The text with spaces added up to `width` cells; a wider text comes back as it is. */
export function pad(text: string, width: number, align: Align = 'left'): string {
  const missing = width - displayWidth(text);
  if (missing <= 0) return text;
  if (align === 'left') return text + ' '.repeat(missing);
  if (align === 'right') return ' '.repeat(missing) + text;
  const before = missing >> 1;
  return ' '.repeat(before) + text + ' '.repeat(missing - before);
}

/**
 * The text cut to at most `width` cells. Where something is cut, `ellipsis` ends it. A grapheme cluster is never cut,
 * so the result may be a cell narrower than asked. Widths below 1 give an empty text.
 */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  if (displayWidth(text) <= width) return text;
  const mark = displayWidth(ellipsis) <= width ? ellipsis : '';
  return takeCells(text, width - displayWidth(mark)) + mark;
}

/** The text cut or padded to exactly `width` cells. */
export function fitText(text: string, width: number, align: Align = 'left', ellipsis = '…'): string {
  return pad(truncate(text, width, ellipsis), Math.max(0, width), align);
}

/**
 * The text broken into lines of at most `width` cells: at spaces where it can, within a word where it must. Existing
 * newlines are kept as breaks. A cluster wider than `width` gets a line of its own. Never empty: at least one line.
 */
export function wrap(text: string, width: number): readonly string[] {
  const limit = Math.max(1, width);
  return text.split('\n').flatMap((line) => wrapLine(line, limit));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  for (;;) {
    const head = takeCells(rest, width) || firstCluster(rest);
    if (head.length === rest.length) return [...lines, rest];
    const space = rest.charAt(head.length) === ' ' ? head.length : head.lastIndexOf(' ');
    // A break inside the leading spaces would give an empty line and lose the indent.
    const cut = space <= 0 || head.slice(0, space).trim() === '' ? head.length : space;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).replace(/^ /, '');
  }
}

/** The longest run of whole clusters from the start that fits into `cells`. */
function takeCells(text: string, cells: number): string {
  if (cells <= 0) return '';
  if (PLAIN.test(text)) return text.slice(0, cells);
  const ends: number[] = [];
  let taken = 0;
  for (const { segment, index } of SEGMENTER.segment(text)) {
    taken += displayWidth(segment);
    if (taken > cells) break;
    ends.push(index + segment.length);
  }
  // A cluster alone may measure less than in its neighbours' company (Hangul jamo): the whole must fit.
  let end = ends.pop() ?? 0;
  while (displayWidth(text.slice(0, end)) > cells) end = ends.pop() ?? 0;
  return text.slice(0, end);
}

function firstCluster(text: string): string {
  for (const { segment } of SEGMENTER.segment(text)) return segment;
  return text;
}
