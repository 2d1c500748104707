/** A filter as typed after `/`: text to look for, upper and lower case alike; a leading `!` inverts it. */
export interface Filter {
  readonly needle: string;
  readonly inverted: boolean;
}

/** Reads a typed filter; null when it filters nothing. */
export function parseFilter(typed: string): Filter | null {
  const inverted = typed.startsWith('!');
  const needle = (inverted ? typed.slice(1) : typed).toLowerCase();
  return needle === '' ? null : { needle, inverted };
}

/** True when the row with these texts stays. */
export function matches(filter: Filter | null, texts: readonly string[]): boolean {
  if (filter === null) return true;
  const found = texts.some((text) => text.toLowerCase().includes(filter.needle));
  return found !== filter.inverted;
}
