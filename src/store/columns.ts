/** Events that are made room for at first. */
const FIRST_SIZE = 1024;

/**
 * What is asked about every event of a segment again and again, by its place of arrival there: 22 bytes an event, so
 * that counts, pages of the list and what goes with an event need no SQL.
 */
export class Columns {
  length = 0;
  /** Milliseconds since the epoch. */
  times = new Float64Array(FIRST_SIZE);
  /** Codes of types and severities (codes.ts). */
  types = new Uint8Array(FIRST_SIZE);
  severities = new Uint8Array(FIRST_SIZE);
  /** Codes of names (names.ts). */
  sources = new Uint32Array(FIRST_SIZE);
  hosts = new Uint32Array(FIRST_SIZE);
  /** Codes of the events that stand for them (folds.ts), 0 for none. */
  heads = new Uint32Array(FIRST_SIZE);

  add(time: number, type: number, severity: number, source: number, host: number, head: number): void {
    const index = this.length;
    if (index === this.times.length) this.#resize(index * 2);
    this.times[index] = time;
    this.types[index] = type;
    this.severities[index] = severity;
    this.sources[index] = source;
    this.hosts[index] = host;
    this.heads[index] = head;
    this.length = index + 1;
  }

  /** Time, type, severity, source, host and head of the event at a place. */
  at(place: number): readonly number[] {
    const { times, types, severities, sources, hosts, heads } = this;
    return [times, types, severities, sources, hosts, heads].map((column) => column[place] ?? 0);
  }

  /** Gives back the room that is not used. */
  trim(): void {
    this.#resize(this.length);
  }

  #resize(size: number): void {
    this.times = resized(this.times, new Float64Array(size));
    this.types = resized(this.types, new Uint8Array(size));
    this.severities = resized(this.severities, new Uint8Array(size));
    this.sources = resized(this.sources, new Uint32Array(size));
    this.hosts = resized(this.hosts, new Uint32Array(size));
    this.heads = resized(this.heads, new Uint32Array(size));
  }
}

function resized<T extends Float64Array | Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from.subarray(0, to.length));
  return to;
}
