import type { UnlistedSymbols } from '../model/inventory.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { asObject, asText } from './decode-value.ts';

/** Tags of listed programs that are remembered: a host that makes up new programs without end has no more. */
const MAX_TAGS = 100_000;

/** Readings are 15 s apart. When none came for so long, ms, and looks go on, there is something that prevents them. */
const LOST_AFTER_MS = 60_000;

/** The tag in `ADDRESS bpf_prog_TAG_NAME`. */
export function tagOfSymbol(symbol: string): string {
  const start = symbol.indexOf(' bpf_prog_') + ' bpf_prog_'.length;
  return symbol.slice(start, start + 16);
}

/**
 * Functions of programs that /proc/kallsyms shows and that no listed program accounts for, from one reading to the next
 * on one host and boot.
 *
 * bpftool tells the tag of a program's first function and not those of others, so those are counted: what is there
 * beyond the number that the listed programs have belongs to a program that is not listed. Readings and listings are
 * not of one moment. What was loaded or unloaded between them is excused by three rules: a tag that a program had that
 * was listed at another look is known; only functions count that stayed at their address through all the readings of a
 * run; and there have to be more of those than the listed programs had at any of them.
 */
export class SymbolRun {
  readonly #tags = new Set<string>();
  #symbols: readonly string[] = [];
  #explained = 0;
  #looks = 0;
  #readAt: number | null = null;

  /** Takes in a snapshot and says what stands out after it; null for nothing. */
  see({ time, prog, symbols }: Snapshot): UnlistedSymbols | null {
    const listed = (prog ?? []).flatMap((program) => asText(asObject(program)?.tag ?? null) ?? []);
    if (symbols !== undefined) {
      this.#read(symbols, new Set(listed));
      this.#readAt = time;
    }
    for (const tag of listed) if (this.#tags.size < MAX_TAGS) this.#tags.add(tag);
    const isLost = this.#readAt !== null && time - this.#readAt > LOST_AFTER_MS;
    const names = this.#looks === 0 ? [] : this.#symbols.map(nameOf);
    if (names.length === 0 && !isLost) return null;
    return { names, explained: this.#explained, looks: this.#looks, isLost };
  }

  /** `listed` are the tags of the programs that are there now: what is left over of theirs is a copy that is not. */
  #read({ unlisted, subprograms }: NonNullable<Snapshot['symbols']>, listed: ReadonlySet<string>): void {
    const now = unlisted.filter((symbol) => {
      const tag = tagOfSymbol(symbol);
      return listed.has(tag) || !this.#tags.has(tag);
    });
    const present = new Set(now);
    const stayed = this.#symbols.filter((symbol) => present.has(symbol));
    const explained = Math.max(this.#explained, subprograms);
    const goesOn = this.#looks > 0 && stayed.length > explained;
    this.#symbols = goesOn ? stayed : now;
    this.#explained = goesOn ? explained : subprograms;
    this.#looks = this.#symbols.length <= this.#explained ? 0 : goesOn ? this.#looks + 1 : 1;
  }
}

function nameOf(symbol: string): string {
  return symbol.slice(symbol.indexOf(' ') + 1);
}
