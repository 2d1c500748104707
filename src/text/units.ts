const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `512 B`, `1.5 KiB`, `250 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** What is meant by `67108864`, `64MiB` or `1.5 GiB`; null where it is no whole number of bytes. */
export function parseBytes(text: string): number | null {
  const [, number = '', name = 'B'] = /^(\d{1,15}(?:\.\d{1,9})?) ?([KMGT]iB|B)?$/.exec(text) ?? [];
  const unit = (BYTE_UNITS as readonly string[]).indexOf(name);
  const bytes = Number(number) * 1024 ** unit;
  return number !== '' && unit !== -1 && Number.isSafeInteger(bytes) ? bytes : null;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return String(Math.trunc(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 event`, `2 events`: the noun takes an s, or `plural` when it is given. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}
