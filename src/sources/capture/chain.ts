import { createHash, type Hash } from 'node:crypto';

/**
 * The hash chain of a capture. Its lines are written in groups; the line behind a group, its seal, has the hash of the
 * seal before, so that a group can neither be changed nor taken out unless all seals behind it are made anew. The last
 * seal is the head: whoever keeps it elsewhere can tell whether a capture is the one that was written.
 */
export interface Seal {
  /** Counted from 1. */
  readonly group: number;
  /** When the group was written, ms since the epoch. */
  readonly at: number;
  /** Lines of the group, the seal aside, and their bytes. */
  readonly lines: number;
  readonly bytes: number;
  /** True for the last seal, which says that the capture was ended and not cut. */
  readonly isEnd: boolean;
  /** The hash of the seal before; {@link NO_SEAL} in the first one. */
  readonly previous: string;
  /** SHA-256, in hexadecimal, of the bytes of the group and of what the seal says before its hash. */
  readonly sha256: string;
  /** Ed25519 signature (RFC 8032) of {@link signedText}, in Base64; null where the capture is not signed. */
  readonly signature: string | null;
}

/** What the first seal has in place of the hash of the one before. */
export const NO_SEAL = '0'.repeat(64);

/** How the line of a seal begins. */
export const SEAL_START = '{"chain":{"group":';

/** The text whose signature is in a seal: its purpose and the hash, so that it cannot be taken for another one. */
export function signedText(sha256: string): string {
  return `bpfwitness head ${sha256}`;
}

/** Signs a text; the signature in Base64. */
export type Sign = (text: string) => string;

const SEAL =
  /^(\{"chain":\{"group":([1-9]\d{0,14}),"at":(\d{1,16}),"lines":(\d{1,15}),"bytes":(\d{1,15})(,"end":true)?,"previous":"([0-9a-f]{64})"),"sha256":"([0-9a-f]{64})"(?:,"signature":"([A-Za-z0-9+/]{86}==)")?\}\}$/;

/** The seal in a line without its newline; null where it is none, or not written exactly as one. */
export function parseSeal(line: string): Seal | null {
  const match = SEAL.exec(line);
  if (match === null) return null;
  const [, , group, at, lines, bytes, end, previous = '', sha256 = '', signature = null] = match;
  return {
    ...{ group: Number(group), at: Number(at), lines: Number(lines), bytes: Number(bytes) },
    ...{ isEnd: end !== undefined, previous, sha256, signature },
  };
}

function statement({ group, at, lines, bytes, isEnd, previous }: Omit<Seal, 'sha256' | 'signature'>): string {
  const end = isEnd ? ',"end":true' : '';
  return `${SEAL_START}${group},"at":${at},"lines":${lines},"bytes":${bytes}${end},"previous":"${previous}"`;
}

/** The bytes of one group, taken piece by piece. */
export class GroupHash {
  readonly #hash: Hash = createHash('sha256');
  lines = 0;
  bytes = 0;

  /** Takes whole lines with their newlines. */
  add(bytes: Uint8Array, lines: number): void {
    this.#hash.update(bytes);
    this.lines += lines;
    this.bytes += bytes.length;
  }

  /** The hash of the seal that says this of the group. It ends the group. */
  sealedBy(seal: Omit<Seal, 'sha256' | 'signature'>): string {
    return this.#hash.update(statement(seal)).digest('hex');
  }
}

/** Seals group after group. */
export class Sealer {
  readonly #sign: Sign | null;
  #last: Seal | null = null;

  constructor(sign: Sign | null) {
    this.#sign = sign;
  }

  /** The newest seal. */
  get head(): Seal | null {
    return this.#last;
  }

  /** The line, newline included, that seals these whole lines. */
  seal(group: Uint8Array, lines: number, at: number, isEnd: boolean): string {
    const hash = new GroupHash();
    hash.add(group, lines);
    const previous = this.#last?.sha256 ?? NO_SEAL;
    const said = { group: (this.#last?.group ?? 0) + 1, at, lines, bytes: group.length, isEnd, previous };
    const sha256 = hash.sealedBy(said);
    const signature = this.#sign?.(signedText(sha256)) ?? null;
    this.#last = { ...said, sha256, signature };
    const signed = signature === null ? '' : `,"signature":"${signature}"`;
    return `${statement(said)},"sha256":"${sha256}"${signed}}}\n`;
  }
}
