import { printable } from '../../text/sanitise.ts';
import { formatCount } from '../../text/units.ts';
import { displayWidth, pad, wrap } from '../../text/width.ts';
import { type Line, span } from '../line.ts';
import type { Style } from '../theme/theme.ts';
import type { Block } from './detail.ts';

/** Longer lines are tiring to read, however wide the terminal is. */
const WIDEST = 118;

/** A longer text is cut and says so: evidence may be a megabyte on one line, and every frame would wrap it. */
const LONGEST = 20_000;

const INDENT = '  ';

/** The blocks as lines of at most `width` cells, every text made safe to show. */
export function drawBlocks(blocks: readonly Block[], width: number): readonly Line[] {
  const room = Math.min(width, WIDEST);
  const labelWidth = Math.min(
    18,
    blocks.reduce(
      (widest, block) => (block.kind === 'field' ? Math.max(widest, displayWidth(block.label)) : widest),
      0,
    ),
  );
  return blocks.flatMap((block, index) => {
    // The first heading needs no blank line above it.
    const lines = drawBlock(block, room, labelWidth);
    return block.kind === 'heading' && index > 0 ? [[], ...lines] : lines;
  });
}

function drawBlock(block: Block, width: number, labelWidth: number): readonly Line[] {
  switch (block.kind) {
    case 'heading':
      return [[span(printable(block.text), 'strong')]];
    case 'field': {
      const label = pad(printable(block.label), labelWidth);
      return hanging(`${label}${INDENT}`, shortened(block.value), width, block.style).map(([first, ...rest]) => [
        ...(first === undefined ? [] : [span(first.text, 'dim')]),
        ...rest,
      ]);
    }
    case 'text':
      return shortened(block.text)
        .split('\n')
        .flatMap((paragraph) => hanging(INDENT, paragraph.trim(), width, block.style));
    case 'item':
      return hanging(`${INDENT}- `, shortened(block.text), width, block.style);
    case 'code':
      return shortened(block.text)
        .split('\n')
        .flatMap((line) => hanging(INDENT, line, width));
  }
}

/** The text wrapped beside a lead; the following lines are indented by the lead's width. */
function hanging(lead: string, text: string, width: number, style?: Style): readonly Line[] {
  const indent = displayWidth(lead);
  return wrap(printable(text), Math.max(8, width - indent)).map((line, index) => [
    span(index === 0 ? lead : ' '.repeat(indent)),
    span(line, style),
  ]);
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}… (${formatCount(text.length - LONGEST)} more characters)`;
}
