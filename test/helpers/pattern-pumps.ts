/** A part of a regular expression: what it may repeat, and the shortest text that it takes. */
type Part =
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'row'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly options: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number };

/** Characters of every class that the patterns of src/ tell apart. */
const CHARACTERS = [...'a0Afz_-./:=,;()[]{}<>"\'`+*@# \t\n\0\u00e9'];

/** Ends at which a pattern fails late: what it does not expect, and breaks of lines, of which `\s` and `.` take not all. */
const ENDS = ['', '!', '\0\n', '\u2028!\u2028!'];

/** From this many repetitions on, a bound is none. */
const MANY = 500;

/**
 * Texts that make each unbounded quantifier of a pattern run on: the shortest text that leads to it, what it takes `length`
 * characters long, and an end that does not fit. For a pattern that may begin anywhere, also its beginnings, repeated.
 */
export function* pumps({ source, flags }: RegExp, length: number): Generator<string> {
  const whole = parse(source);
  const isAnchored = flags.includes('y') || (/^\^/.test(source) && !flags.includes('m') && whole.kind !== 'choice');
  const done = new Set<string>();
  for (const { lead, part } of loops(whole, '', flags)) {
    for (const unit of takenBy(part, source, flags)) {
      const texts = [lead + repeat(unit, length)];
      if (!isAnchored && lead !== '') texts.push(repeat(lead, length), repeat(lead + unit, length));
      if (done.has(JSON.stringify([lead, unit]))) continue;
      done.add(JSON.stringify([lead, unit]));
      for (const text of texts) for (const end of ENDS) yield text + end;
    }
  }
}

function repeat(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length));
}

/** Every quantifier without a bound, and the shortest text before it. */
function* loops(part: Part, lead: string, flags: string): Generator<{ readonly lead: string; readonly part: Part }> {
  if (part.kind === 'row') {
    let before = lead;
    for (const inner of part.parts) {
      yield* loops(inner, before, flags);
      before += shortest(inner, flags);
    }
  } else if (part.kind === 'choice') for (const option of part.options) yield* loops(option, lead, flags);
  else if (part.kind === 'repeat') {
    if (part.most >= MANY) yield { lead, part: part.part };
    yield* loops(part.part, lead, flags);
  }
}

function* takenBy(part: Part, pattern: string, flags: string): Generator<string> {
  if (part.kind === 'set') {
    yield* new Set([...CHARACTERS, ...pattern].filter((character) => takes(part.source, character, flags)));
  } else if (part.kind === 'choice') for (const option of part.options) yield* takenBy(option, pattern, flags);
  else {
    const text = shortest(part, flags);
    if (text !== '') yield text;
  }
}

function shortest(part: Part, flags: string): string {
  switch (part.kind) {
    case 'nothing':
      return '';
    case 'set':
      return [...CHARACTERS, part.source, part.source.slice(1)].find((text) => takes(part.source, text, flags)) ?? 'a';
    case 'row':
      return part.parts.map((inner) => shortest(inner, flags)).join('');
    case 'choice':
      return part.options.map((option) => shortest(option, flags)).sort((a, b) => a.length - b.length)[0] ?? '';
    case 'repeat':
      return shortest(part.part, flags).repeat(part.least);
  }
}

function takes(set: string, text: string, flags: string): boolean {
  return new RegExp(`^(?:${set})$`, flags.replace(/[gym]/g, '')).test(text);
}

/** Reads a pattern. What looks ahead or behind, `^`, `$`, `\b` and references take no text here. */
function parse(source: string): Part {
  let at = 0;
  const token = (expression: RegExp): RegExpExecArray | null => {
    const found = new RegExp(expression.source, 'y');
    found.lastIndex = at;
    const match = found.exec(source);
    if (match !== null) at += match[0].length;
    return match;
  };
  const choice = (): Part => {
    const options: Part[] = [row()];
    while (token(/\|/) !== null) options.push(row());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  };
  const row = (): Part => {
    const parts: Part[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(quantified(atom()));
    return { kind: 'row', parts };
  };
  const atom = (): Part => {
    const looksAround = token(/\(\?<?[=!]/) !== null;
    if (looksAround || token(/\((?:\?:|\?<\w+>)?/) !== null) {
      const inner = choice();
      token(/\)/);
      return looksAround ? { kind: 'nothing' } : inner;
    }
    if (token(/\^|\$|\\[bB]|\\[1-9]/) !== null) return { kind: 'nothing' };
    const set = token(/\[(?:\\.|[^\]\\])*\]|\\(?:p|P)\{\w+\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\.|[\s\S]/i);
    return { kind: 'set', source: set?.[0] ?? '' };
  };
  const quantified = (part: Part): Part => {
    const match = token(/(?:([*+?])|\{(\d+)(,)?(\d*)\})\??/);
    if (match === null) return part;
    const [, sign, least, comma, most] = match;
    if (sign !== undefined) {
      return { kind: 'repeat', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    }
    const end = comma === undefined ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    return { kind: 'repeat', part, least: Number(least), most: end };
  };
  return choice();
}
