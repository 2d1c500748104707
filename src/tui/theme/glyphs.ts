import type { CheckStatus } from '../../model/check.ts';
import type { Severity } from '../../model/severity.ts';

/** The signs that the screen draws with. Each is one cell wide. */
export interface Glyphs {
  readonly ellipsis: string;
  readonly severity: { readonly [severity in Severity]: string };
  readonly status: { readonly [status in CheckStatus]: string };
  readonly border: {
    readonly horizontal: string;
    readonly vertical: string;
    readonly topLeft: string;
    readonly topRight: string;
    readonly bottomLeft: string;
    readonly bottomRight: string;
  };
  /** Rising levels of a sparkline; `zero` stands for none, a blank for what is not known. */
  readonly levels: readonly string[];
  readonly zero: string;
  readonly separator: string;
  readonly crumb: string;
  readonly bar: {
    readonly past: string;
    readonly future: string;
    readonly cursor: string;
    readonly start: string;
    readonly end: string;
  };
  /** The part that is seen, on the right border of a longer list. */
  readonly thumb: string;
  readonly caret: string;
}

/** Geometric shapes and block elements: in every monospaced font, and no emoji, whose widths terminals dispute. */
const UNICODE: Glyphs = {
  ellipsis: '…',
  severity: { debug: '·', info: '•', warning: '▲', error: '◆', critical: '■' },
  status: { passed: '✓', failed: '✗', inconclusive: '?', 'not-applicable': '–' },
  border: { horizontal: '─', vertical: '│', topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯' },
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  zero: '·',
  separator: '·',
  crumb: '›',
  bar: { past: '━', future: '─', cursor: '┃', start: '├', end: '┤' },
  thumb: '┃',
  caret: '▏',
};

const ASCII: Glyphs = {
  ellipsis: '~',
  severity: { debug: '.', info: '-', warning: '!', error: 'x', critical: '#' },
  status: { passed: '+', failed: 'x', inconclusive: '?', 'not-applicable': '-' },
  border: { horizontal: '-', vertical: '|', topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+' },
  levels: ['.', ':', '-', '=', '+', '*', '#'],
  zero: '_',
  separator: '|',
  crumb: '>',
  bar: { past: '=', future: '-', cursor: '|', start: '[', end: ']' },
  thumb: '#',
  caret: '_',
};

/** The glyph set for a terminal. */
export function glyphsFor(ascii: boolean): Glyphs {
  return ascii ? ASCII : UNICODE;
}

/** Words that always stand beside the glyph, in full and in at most six cells. */
export const SEVERITY_WORDS: { readonly [severity in Severity]: { readonly full: string; readonly short: string } } = {
  debug: { full: 'DEBUG', short: 'DBG' },
  info: { full: 'INFO', short: 'INFO' },
  warning: { full: 'WARNING', short: 'WARN' },
  error: { full: 'ERROR', short: 'ERR' },
  critical: { full: 'CRITICAL', short: 'CRIT' },
};

export const STATUS_WORDS: { readonly [status in CheckStatus]: { readonly full: string; readonly short: string } } = {
  passed: { full: 'PASS', short: 'PASS' },
  failed: { full: 'FAIL', short: 'FAIL' },
  inconclusive: { full: 'INCONCLUSIVE', short: 'INCONC' },
  'not-applicable': { full: 'NOT APPLICABLE', short: 'N/A' },
};
