/** The bytes end before they should, or are damaged: what came before the fault was given. */
export class ReadFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReadFault';
  }
}

/** Why packed data could not be read to its end, in the words that every packing shares. */
export const ENDS_TOO_EARLY = 'compressed data ends too early';
export const DAMAGED = 'compressed data is damaged';
