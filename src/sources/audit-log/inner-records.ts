import { ByteSearch } from '../../text/byte-search.ts';

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
  readonly #mark = new ByteSearch(' msg=audit(');

  /** Where a record begins in what follows the header of another, from `from` to `to`, exclusive; -1 where none does. */
  find(bytes: Uint8Array, from: number, to: number): number {
    for (let mark = this.#mark.find(bytes, from, to); mark !== -1; mark = this.#mark.find(bytes, mark + 1, to)) {
      const before = this.#decoder.decode(bytes.subarray(Math.max(from, mark - LONGEST), mark));
      const beginning = BEGINNING.exec(before);
      if (beginning !== null) return mark - beginning[0].length;
    }
    return -1;
  }
}
