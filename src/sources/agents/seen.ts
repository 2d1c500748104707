/** Hosts that are listed; a log of more is a collection of a whole fleet. */
const MAX_HOSTS = 1000;

/** Characters of a host's name (RFC 1035, 2.3.4). */
const MAX_NAME = 255;

/** The hosts that the records of a file name, and the span of time that they cover. */
export class Seen {
  readonly #hosts = new Set<string>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  note(host: string | null, time: number | null): void {
    if (host !== null && host !== '' && this.#hosts.size < MAX_HOSTS) this.#hosts.add(host.slice(0, MAX_NAME));
    if (time === null) return;
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
  }

  hosts(): readonly string[] {
    return [...this.#hosts];
  }

  timeRange(): { readonly first: number; readonly last: number } | null {
    return this.#first > this.#last ? null : { first: this.#first, last: this.#last };
  }
}
