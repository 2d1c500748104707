const MARK = new TextEncoder().encode(' msg=audit(');
const LAST = MARK.length - 1;

/** What stands before the mark where a record begins. */
const BEGINNING = /(?:node=[^\s=]{1,256} )?type=[^\s=]{1,64}$/;
const LONGEST = 'node= type='.length + 256 + 64;

/**
 * Finds records that begin in the middle of a line. auditd writes each on a line of its own, and no value holds a blank
 * and `msg=audit(` (it is written in hexadecimal then); but a line that was torn, when the disk was full or the host
 * crashed, is gone on with by the next record, which would pass for a part of it.
 */
export class InnerRecords {
  readonly #decoder = new TextDecoder('latin1');
  /** How far to go on from a place where the mark does not end, by the byte there (R. N. Horspool, 1980). */
  readonly #steps = new Uint8Array(256).fill(MARK.length);

  constructor() {
    for (let index = 0; index < LAST; index += 1) this.#steps[MARK[index] ?? 0] = LAST - index;
  }

  /** Where a record begins in what follows the header of another, from `from` to `to`, exclusive; -1 where none does. */
  find(bytes: Uint8Array, from: number, to: number): number {
    for (let mark = this.#mark(bytes, from, to); mark !== -1; mark = this.#mark(bytes, mark + 1, to)) {
      const before = this.#decoder.decode(bytes.subarray(Math.max(from, mark - LONGEST), mark));
      const beginning = BEGINNING.exec(before);
      if (beginning !== null) return mark - beginning[0].length;
    }
    return -1;
  }

  #mark(bytes: Uint8Array, from: number, to: number): number {
    const steps = this.#steps;
    for (let at = from + LAST; at < to; at += steps[bytes[at] ?? 0] ?? 1) {
      if (bytes[at] === BRACKET && isMark(bytes, at - LAST)) return at - LAST;
    }
    return -1;
  }
}

function isMark(bytes: Uint8Array, from: number): boolean {
  for (let index = 0; index < LAST; index += 1) if (bytes[from + index] !== MARK[index]) return false;
  return true;
}

const BRACKET = 40;
