/** A function that somebody is called from, as a line of `enabled_functions` says it. */
export interface HookedFunction {
  readonly name: string;
  /**
   * Who is called, in the order of the line, each once: `hook [module]`. What cannot be read as a symbol is there as it
   * stands, and an empty one where the kernel does not say.
   */
  readonly handlers: readonly string[];
  /** How many the kernel counts: it does not name all of them where several share a trampoline. */
  readonly count: number;
  readonly canDivert: boolean;
}

/** `vfs_read (2) R I D O M` and what follows, the name of a module behind that of a function of one. */
const FUNCTION = /^(\S+(?: \[.*?\])?) \((\d+)\)([ RIDOM]*)(.*)$/s;

/** What stands before those who are called: code that the kernel made, and the data of `ops:`. */
const BEFORE = /\t(tramp|ops): [^(\t]*/g;

/** Who is called: in parentheses, behind `->` and `-->`, and behind `subops:` as `{F}`, `{T (F)}` or `{ent:F ret:F}`. */
const HANDLER = /\(([^()\t]*)\)|->([^\t(){}>]*[^\t(){}> -])|\{ent:([^{}\t]*?) ret:([^{}\t]*)\}|\{([^{}()\t]*)\}/g;

/**
 * Reads `enabled_functions` of tracefs (t_show in kernel/trace/ftrace.c, every version since trampolines of BPF have
 * symbols, 5.7). Lines that are none of a function are left out.
 */
export function hookedFunctions(text: string): readonly HookedFunction[] {
  const found: HookedFunction[] = [];
  // The address of a direct call has a line of its own.
  for (const line of text.replace(/\n[ \t]*direct(?:\(jmp\))?-->/g, '\tdirect-->').split('\n')) {
    const [, name, count, flags = '', rest = ''] = FUNCTION.exec(line) ?? [];
    if (name === undefined) continue;
    found.push({ name, handlers: handlersOf(flags, rest), count: Number(count), canDivert: flags.includes(' I') });
  }
  return found;
}

function handlersOf(flags: string, rest: string): readonly string[] {
  const text = rest.replace(BEFORE, '\t$1: ');
  const named = [...text.matchAll(HANDLER)].flatMap(([, ...parts]) =>
    parts.flatMap((part: string | undefined) => (part === undefined ? [] : [withoutOffset(part.trim())])),
  );
  // A module may have a name that looks like the end of a handler, and like others.
  const isHidden = countOf(text, '[') > named.reduce((sum, handler) => sum + countOf(handler, '['), 0);
  const isUnsaid = named.length === 0 || (flags.includes(' D') && !text.includes('direct-->'));
  return [...new Set([...named, ...(isHidden ? [text.trim()] : []), ...(isUnsaid ? [''] : [])])];
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}

function withoutOffset(symbol: string): string {
  return symbol.replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/, '');
}
