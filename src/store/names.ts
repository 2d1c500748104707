interface Entry {
  readonly code: number;
  /** Events that name it, as source or as host. */
  uses: number;
}

/** Sources and hosts by number: an event keeps two small integers instead of two texts. */
export class Names {
  readonly #byText = new Map<string, Entry>();
  readonly #byCode = new Map<number, string>();
  #next = 1;
  #forgotten = 0;

  /** Grows when a name is forgotten: codes that were noted before may mean nothing then. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** The number of a name, given one if it is new. */
  code(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known.code;
    const code = this.#next;
    this.#next += 1;
    this.#byText.set(text, { code, uses: 0 });
    this.#byCode.set(code, text);
    return code;
  }

  /** The number of a name, or null when no event has it. */
  find(text: string): number | null {
    return this.#byText.get(text)?.code ?? null;
  }

  text(code: unknown): string {
    const text = typeof code === 'number' ? this.#byCode.get(code) : undefined;
    if (text === undefined) throw new RangeError(`no name has the code ${String(code)}`);
    return text;
  }

  /** The numbers of the names that `accept` takes. */
  matching(accept: (text: string) => boolean): number[] {
    return [...this.#byCode].filter(([, text]) => accept(text)).map(([code]) => code);
  }

  /** Counts uses; a name that nothing uses any more is forgotten, so that a flood of made-up names goes with its events. */
  count(code: number, change: number): void {
    const text = this.text(code);
    const entry = this.#byText.get(text);
    if (entry === undefined) return;
    entry.uses += change;
    if (entry.uses > 0) return;
    this.#byText.delete(text);
    this.#byCode.delete(code);
    this.#forgotten += 1;
  }
}
