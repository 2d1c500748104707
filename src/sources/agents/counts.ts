/** There are 250 types of audit record, and agents have some hundred kinds of event. Past these, input makes them up. */
const MAX_KINDS = 1000;
const OTHERS = 'other kinds';

/** Counts by kind, in bounded memory whatever the input calls its kinds. */
export class Counts {
  readonly #counts = new Map<string, number>();

  /** Adds one. Gives the name under which it was counted. */
  add(kind: string): string {
    const name = this.#counts.has(kind) || this.#counts.size < MAX_KINDS ? kind : OTHERS;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return name;
  }

  all(): { readonly [kind: string]: number } {
    return Object.fromEntries(this.#counts);
  }
}
