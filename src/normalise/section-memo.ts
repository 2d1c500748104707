interface Kept {
  readonly inputs: readonly unknown[];
  readonly value: unknown;
}

/**
 * What was made last of the parts of a snapshot. A capture says of a part that it is as before, and then it is the very
 * same object: what was made of it is the same too, and comparing it later costs nothing.
 */
export class SectionMemo {
  readonly #kept = new Map<string, Kept>();

  /** What `make` gives, or gave when it was last asked by this name with these very inputs. `make` may depend on nothing else. */
  of<T>(name: string, inputs: readonly unknown[], make: () => T): T {
    const kept = this.#kept.get(name);
    if (kept?.inputs.every((input, index) => input === inputs[index]) === true) return kept.value as T;
    const value = make();
    this.#kept.set(name, { inputs, value });
    return value;
  }
}
