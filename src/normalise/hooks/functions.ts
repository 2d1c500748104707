/** A function that somebody is called from, as a line of `enabled_functions` says it. */
export interface HookedFunction {
  readonly name: string;
  /** Who is called, in the order of the line, each once. */
  readonly handlers: readonly string[];
  /** How many the kernel counts: it does not name all of them where several share a trampoline. */
  readonly count: number;
  readonly canDivert: boolean;
}

/** `vfs_read (2) R I D O M` and what follows, the name of a module behind that of a function of one. */
const FUNCTION = /^(\S+(?: \[[^\]\s]+\])?) \((\d+)\)([ RIDOM]*)(.*)$/;

/** A symbol as %pS prints it: `name+0x0/0x90 [module]`, or an address without a name. */
const SYMBOL = '(?:[^\\s+(){}]+(?:\\+0x[0-9a-f]+/0x[0-9a-f]+)?(?: \\[[^\\]\\s]+\\])?)';

/**
 * Who is called, in what follows: behind `tramp: T` and `ops: O` in parentheses and behind `->`; behind `subops:` in braces,
 * as `{F}`, `{T (F)}` or `{ent:F ret:F}`; behind `direct-->`.
 */
const HANDLER = new RegExp(`\\((${SYMBOL})\\)|(?:->|\\{ent:|ret:)(${SYMBOL})|\\{(${SYMBOL})\\}`, 'g');

/**
 * Reads `enabled_functions` of tracefs (t_show in kernel/trace/ftrace.c, every version since direct calls came with 5.5).
 * Lines that are none of a function are left out.
 */
export function hookedFunctions(text: string): readonly HookedFunction[] {
  const found: HookedFunction[] = [];
  // The address of a direct call has a line of its own.
  for (const line of text.replaceAll('\n\tdirect-->', '\tdirect-->').split('\n')) {
    const [, name, count, flags = '', rest = ''] = FUNCTION.exec(line) ?? [];
    if (name === undefined) continue;
    const handlers = [...rest.matchAll(HANDLER)].flatMap(([, called, before = called, only = before]) =>
      only === undefined ? [] : [withoutOffset(only)],
    );
    found.push({ name, handlers: [...new Set(handlers)], count: Number(count), canDivert: flags.includes(' I') });
  }
  return found;
}

function withoutOffset(symbol: string): string {
  return symbol.replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/, '');
}
