import type { JsonObject } from '../../model/json.ts';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import { tagOfSymbol } from '../../normalise/unlisted-symbols.ts';
import { programSymbols, readKallsyms, type SymbolText } from '../proc/kallsyms.ts';

/** Each reading takes 40 to 100 ms of CPU, nearly all of it the kernel's. */
const READ_EVERY_MS = 15_000;

/** What a reading needs to know of a look. */
export interface SymbolLook {
  /** As `bpftool prog show` listed them, without those of our own, at this time in ms. */
  readonly programs: readonly JsonObject[];
  readonly time: number;
  readonly settings: NonNullable<Snapshot['settings']>;
  /** Functions that one of them has besides its first; null where that is not known. */
  readonly subprograms: (program: JsonObject) => number | null;
  /** Ids of the programs that are there now; null where bpftool does not say. */
  readonly idsNow: () => Promise<ReadonlySet<unknown> | null>;
}

/**
 * Reads now and then which functions of BPF programs /proc/kallsyms has, and compares them with the programs that are
 * listed: the kernel keeps that list apart from the ids that bpf(2) gives out (kernel/bpf/core.c). That it could not is a
 * problem of the look.
 */
export class SymbolWatch {
  readonly #read: () => SymbolText;
  readonly #everyMs: number;
  #readAt = Number.NEGATIVE_INFINITY;
  #isOdd = false;
  /** Why the last reading told nothing; null when it did. */
  #why: string | null = null;

  /** `read` gives the text of /proc/kallsyms; `everyMs` is the time between two readings while nothing is odd. */
  constructor(read: () => SymbolText = readKallsyms, everyMs = READ_EVERY_MS) {
    this.#read = read;
    this.#everyMs = everyMs;
  }

  /** Undefined where it was not time to, or where what is read would tell nothing. */
  async look(look: SymbolLook, problems: Problem[]): Promise<Snapshot['symbols']> {
    const isDue = this.#isOdd || look.time - this.#readAt >= this.#everyMs;
    const seen = isDue ? (whyNoSymbols(look.settings) ?? (await this.#compare(look))) : this.#why;
    if (isDue) {
      this.#readAt = look.time;
      this.#isOdd = typeof seen === 'object' && seen !== null && seen.unlisted.length > seen.subprograms;
      this.#why = typeof seen === 'string' ? seen : null;
    }
    if (typeof seen !== 'string') return seen ?? undefined;
    problems.push({ section: 'symbols', message: `hidden programs are not looked for in /proc/kallsyms: ${seen}` });
    return undefined;
  }

  /** What was seen, or why nothing. */
  async #compare({ programs, subprograms, idsNow }: SymbolLook): Promise<NonNullable<Snapshot['symbols']> | string> {
    // What is interpreted has no symbols.
    let jited = programs.filter((program) => program.jited !== false);
    if (jited.some((program) => subprograms(program) === null)) {
      // Those that ended meanwhile could not be dumped, and their symbols went with them.
      const now = await idsNow();
      jited = jited.filter((program) => subprograms(program) !== null || now?.has(program.id) !== false);
      const unknown = jited.filter((program) => subprograms(program) === null).length;
      if (unknown > 0) return `how many functions ${unknown} of the listed programs have could not be read`;
    }
    const symbols = programSymbols(this.#read());
    const unlisted = withoutListed(symbols, jited);
    if (jited.length > 0 && unlisted.length === symbols.length) return 'it does not show those that are listed';
    return { unlisted, subprograms: jited.reduce((sum, program) => sum + (subprograms(program) ?? 0), 0) };
  }
}

/**
 * The symbols less one for each listed program, of its tag. Before Linux 6.5 a program of several functions had its
 * first one there twice, at the same address and under another tag.
 */
function withoutListed(symbols: readonly string[], programs: readonly JsonObject[]): readonly string[] {
  const left = new Map<unknown, number>();
  for (const { tag } of programs) left.set(tag, (left.get(tag) ?? 0) + 1);
  const addresses = new Set<string>();
  const others = symbols.filter((symbol) => {
    const tag = tagOfSymbol(symbol);
    const count = left.get(tag) ?? 0;
    if (count === 0) return true;
    left.set(tag, count - 1);
    addresses.add(addressOf(symbol));
    return false;
  });
  return others.filter((symbol) => HIDDEN.test(addressOf(symbol)) || !addresses.has(addressOf(symbol)));
}

/** An address that kernel.kptr_restrict hides. */
const HIDDEN = /^0+$/;

function addressOf(symbol: string): string {
  return symbol.slice(0, symbol.indexOf(' '));
}

/** Why the kernel shows no functions of programs (bpf_jit_kallsyms_enabled in include/linux/filter.h); null when it does. */
export function whyNoSymbols(settings: SymbolLook['settings']): string | null {
  const { 'net.core.bpf_jit_harden': harden = '0', 'net.core.bpf_jit_kallsyms': kallsyms = '1' } = settings;
  if (harden !== '0') return `it shows none while net.core.bpf_jit_harden is ${harden ?? 'not known'}`;
  return kallsyms === '1' ? null : `it shows none while net.core.bpf_jit_kallsyms is ${kallsyms ?? 'not known'}`;
}
