import type { CheckStatus } from '../../model/check.ts';
import type { Severity } from '../../model/severity.ts';

/** What a piece of text means. Never a colour: the theme decides that. */
export type Style =
  | Severity
  | CheckStatus
  | 'dim'
  | 'strong'
  | 'heading'
  | 'border'
  | 'border-focused'
  | 'title'
  | 'title-focused'
  | 'selected'
  | 'key'
  | 'live'
  | 'replay'
  | 'paused'
  | 'banner'
  | 'flash'
  | 'graph'
  | 'prompt';

/** SGR sequences around a run of text (ECMA-48, 8.3.117). */
export interface Code {
  readonly open: string;
  readonly close: string;
}

export interface Theme {
  readonly name: 'color' | 'mono';
  /** A style without a code is drawn plain. */
  readonly codes: { readonly [style in Style]?: Code };
}

const BOLD = 1;
const DIM = 2;
const INVERSE = 7;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const BLUE = 34;
const MAGENTA = 35;
const CYAN = 36;
const GRAY = 90;
const BRIGHT_WHITE = 97;
const ON_RED = 41;

/** The sixteen colours that every terminal has, in the shades that its user chose. */
const COLOR: Theme = {
  name: 'color',
  codes: {
    debug: sgr(GRAY),
    info: sgr(CYAN),
    warning: sgr(YELLOW),
    error: sgr(RED),
    critical: sgr(BOLD, BRIGHT_WHITE, ON_RED),
    passed: sgr(GREEN),
    failed: sgr(BOLD, RED),
    inconclusive: sgr(YELLOW),
    'not-applicable': sgr(GRAY),
    dim: sgr(GRAY),
    strong: sgr(BOLD),
    heading: sgr(BLUE),
    border: sgr(GRAY),
    'border-focused': sgr(CYAN),
    title: sgr(DIM),
    'title-focused': sgr(BOLD, CYAN),
    selected: sgr(INVERSE),
    key: sgr(BOLD, CYAN),
    live: sgr(BOLD, GREEN),
    replay: sgr(BOLD, MAGENTA),
    paused: sgr(BOLD, YELLOW),
    banner: sgr(BOLD, YELLOW),
    flash: sgr(YELLOW),
    graph: sgr(CYAN),
    prompt: sgr(BOLD, YELLOW),
  },
};

/**
 * No colours at all (https://no-color.org): bold and inverse only. Ink and chalk ignore NO_COLOR, so this theme is what
 * honours it.
 */
const MONO: Theme = {
  name: 'mono',
  codes: {
    error: sgr(BOLD),
    critical: sgr(BOLD, INVERSE),
    failed: sgr(BOLD),
    strong: sgr(BOLD),
    heading: sgr(BOLD),
    'border-focused': sgr(BOLD),
    'title-focused': sgr(BOLD),
    selected: sgr(INVERSE),
    key: sgr(BOLD),
    live: sgr(BOLD),
    replay: sgr(BOLD),
    paused: sgr(INVERSE),
    banner: sgr(INVERSE),
    flash: sgr(BOLD),
    prompt: sgr(BOLD),
  },
};

/** The theme of that name. */
export function themeOf(name: 'color' | 'mono'): Theme {
  return name === 'color' ? COLOR : MONO;
}

/** One sequence for each attribute, closed in reverse: what Ink's tokenizer tracks attribute by attribute. */
function sgr(...attributes: number[]): Code {
  return {
    open: attributes.map(sequence).join(''),
    close: [...new Set(attributes.map(closing))].reverse().map(sequence).join(''),
  };
}

function sequence(attribute: number): string {
  return `\x1b[${attribute}m`;
}

function closing(attribute: number): number {
  if (attribute === BOLD || attribute === DIM) return 22;
  if (attribute === INVERSE) return 27;
  return attribute >= 40 && attribute < 50 ? 49 : 39;
}
