/** How the screen may be drawn on a terminal. */
export interface Capabilities {
  readonly theme: 'color' | 'mono';
  /** True when only ASCII may be drawn. */
  readonly ascii: boolean;
  /** True when it is a terminal whose cursor can be moved: the full screen needs that. */
  readonly interactive: boolean;
}

/** The environment variables by name. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** An output, as far as it matters here. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What `doctor` says of the terminal. */
export interface TerminalFact {
  readonly name: string;
  readonly status: 'ok' | 'limited' | 'missing';
  readonly found: string;
  readonly lost: string;
  readonly needed: boolean;
}

/**
 * What the environment says of the terminal.
 *
 * Colour: NO_COLOR, set and not empty, turns it off (no-color.org), and so do FORCE_COLOR=0 and TERM=dumb; another
 * FORCE_COLOR turns it on for TERM=dumb. Glyphs: the first of LC_ALL, LC_CTYPE and LANG that is not empty decides
 * (POSIX, Environment Variables, 8.2); it must name UTF-8, and with none set the locale is C. The Linux console draws
 * UTF-8 from a font of at most 512 glyphs without the ones we use (console_codes(4)), so TERM=linux is ASCII.
 */
export function terminalCapabilities(environment: Environment, output: Output): Capabilities {
  const isDumb = environment.TERM === 'dumb';
  return {
    theme: hasColor(environment, isDumb) ? 'color' : 'mono',
    ascii: isDumb || environment.TERM === 'linux' || !isUtf8(environment),
    interactive: output.isTTY === true && !isDumb,
  };
}

/** The terminal as one line of `doctor`: what was found, and what is lost by it. */
export function terminalFact(environment: Environment, output: Output): TerminalFact {
  const { theme, ascii, interactive } = terminalCapabilities(environment, output);
  const base = { name: 'terminal', needed: false };
  if (!interactive) {
    const found = output.isTTY === true ? 'TERM=dumb' : 'output is not a terminal';
    return { ...base, status: 'missing', found, lost: 'the full screen; use check, report or query' };
  }
  const size = `${output.columns ?? 0}x${output.rows ?? 0}`;
  const lost = [...(theme === 'mono' ? ['colours'] : []), ...(ascii ? ['graphs and borders other than ASCII'] : [])];
  return {
    ...base,
    status: lost.length === 0 ? 'ok' : 'limited',
    found: `${environment.TERM ?? 'unknown'}, ${size}`,
    lost: lost.join(', '),
  };
}

function hasColor({ NO_COLOR, FORCE_COLOR }: Environment, isDumb: boolean): boolean {
  if (FORCE_COLOR === '0' || FORCE_COLOR === 'false') return false;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return (FORCE_COLOR !== undefined && FORCE_COLOR !== '') || !isDumb;
}

function isUtf8({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? 'C';
  return /utf-?8/i.test(locale);
}
