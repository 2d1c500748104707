import type { JsonObject } from '../../model/json.ts';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import { tagOfSymbol } from '../../normalise/unlisted-symbols.ts';
import { programSymbols, readKallsyms } from '../proc/kallsyms.ts';

/** Each reading takes 40 to 100 ms of CPU, nearly all of it the kernel's. */
const READ_EVERY_MS = 15_000;

/** What a reading needs to know of a look. */
export interface SymbolLook {
  /** As `bpftool prog show` listed them, at this time in ms. */
  readonly programs: readonly JsonObject[];
  readonly time: number;
  readonly settings: NonNullable<Snapshot['settings']>;
  /** Functions that one of them has besides its first; null where that is not known. */
  readonly subprograms: (program: JsonObject) => number | null;
}

/**
 * Reads now and then which functions of BPF programs /proc/kallsyms has, and compares them with the programs that are
 * listed: the kernel keeps that list apart from the ids that bpf(2) gives out (kernel/bpf/core.c).
 */
export class SymbolWatch {
  readonly #read: () => string;
  readonly #everyMs: number;
  #readAt = Number.NEGATIVE_INFINITY;
  #isOdd = false;

  /** `read` gives the text of /proc/kallsyms; `everyMs` is the time between two readings while nothing is odd. */
  constructor(read = readKallsyms, everyMs = READ_EVERY_MS) {
    this.#read = read;
    this.#everyMs = everyMs;
  }

  /** Undefined where it was not time to, or where what is read would tell nothing. */
  look({ programs, time, settings, subprograms }: SymbolLook, problems: Problem[]): Snapshot['symbols'] {
    if (!this.#isOdd && time - this.#readAt < this.#everyMs) return undefined;
    const why = whyNone(settings);
    if (why !== null) {
      problems.push({ section: 'symbols', message: `hidden programs are not looked for in /proc/kallsyms: ${why}` });
      return undefined;
    }
    const jited = programs.filter((program) => program.jited !== false);
    const counts = jited.map(subprograms);
    // The helpers of that one are a problem already.
    if (counts.includes(null)) return undefined;
    const symbols = programSymbols(this.#read());
    const tags = new Set(programs.map(({ tag }) => tag));
    const unlisted = symbols.filter((symbol) => !tags.has(tagOfSymbol(symbol)));
    if (jited.length > 0 && unlisted.length === symbols.length) {
      const message = 'hidden programs are not looked for in /proc/kallsyms: it does not show those that are listed';
      problems.push({ section: 'symbols', message });
      return undefined;
    }
    const own = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    this.#readAt = time;
    this.#isOdd = unlisted.length > own;
    return { unlisted, subprograms: own };
  }
}

/** Why the kernel shows no functions of programs (bpf_jit_kallsyms_enabled in include/linux/filter.h); null when it does. */
function whyNone(settings: SymbolLook['settings']): string | null {
  const { 'net.core.bpf_jit_harden': harden = '0', 'net.core.bpf_jit_kallsyms': kallsyms = '1' } = settings;
  if (harden !== '0') return `it shows none while net.core.bpf_jit_harden is ${harden ?? 'not known'}`;
  return kallsyms === '1' ? null : `it shows none while net.core.bpf_jit_kallsyms is ${kallsyms ?? 'not known'}`;
}
