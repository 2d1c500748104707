/** Characters of keys and texts that a generation holds at most, whatever its size. */
const MAX_CHARACTERS = 8 * 2 ** 20;

/**
 * A map that remembers at least the newest `size` keys and at most twice as many; fewer where keys are long. It drops whole generations, because
 * a `Map` that loses its oldest key again and again walks over all that were lost.
 */
export class Recent<V> {
  readonly #size: number;
  #characters = 0;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: V): void {
    this.#characters += key.length + (typeof value === 'string' ? value.length : 0);
    if (this.#young.size >= this.#size || this.#characters > MAX_CHARACTERS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = key.length;
    }
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
