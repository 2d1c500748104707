import { Buffer } from 'node:buffer';
import { DAMAGED } from '../read-fault.ts';
import { GroupHash, NO_SEAL, parseSeal, SEAL_START, type Seal, signedText } from './chain.ts';
import { type LinesLost, type LinesRead, WholeLines } from './whole-lines.ts';

/** What is wrong with a chain, and where. */
export interface ChainFault {
  /** The line, counted from 1, and the group that it would belong to. */
  readonly line: number;
  readonly group: number;
  readonly reason: string;
}

/** What a chain turned out to be. */
export interface ChainState {
  /** Groups that are as they were written, up to the first fault. */
  readonly groups: number;
  /** Captures that stand one after the other in the file. */
  readonly captures: number;
  /** The seal of the last of them; null where there is none. */
  readonly head: Seal | null;
  /** Whether the last seal says that the writer ended it. */
  readonly isClosed: boolean;
  /** Bytes behind the last seal, which nothing vouches for. */
  readonly unsealedBytes: number;
  /** Why the file could not be read to its end, such as a packed one whose writer was killed; null where it could. */
  readonly unread: string | null;
  /** The first thing that is wrong; null where nothing is. */
  readonly fault: ChainFault | null;
  /** Of the hashes that were looked for: where each is first the seal of a group. */
  readonly found: ReadonlyMap<string, HeadPlace>;
}

/** Where a head is. */
export interface HeadPlace {
  readonly group: number;
  /** The capture that the group is of, counted from 1, and the line that it begins at: a head proves nothing of others. */
  readonly capture: number;
  readonly firstLine: number;
}

export interface ChainQuestion {
  /** Hashes that are looked for, as heads that were written down elsewhere. */
  readonly heads: readonly string[];
  /** Whether a signature is that of the key that was given; null where none was given. */
  readonly isSigned: ((text: string, signature: string) => boolean) | null;
}

const NEWLINE = 0x0a;

/** Longer lines are no seals: one has some 400 bytes. */
const MAX_SEAL = 512;

const START = Buffer.from(SEAL_START);

/**
 * Follows the chain of a capture from its first line to its last. Several captures that stand one after the other in a
 * file are chains of their own; what is said is of all of them, their groups counted together.
 */
export class ChainReader {
  readonly #question: ChainQuestion;
  readonly #lines = new WholeLines(Number.MAX_SAFE_INTEGER);
  #open = new GroupHash();
  #previous: Seal | null = null;
  #groups = 0;
  #captures = 0;
  /** Where the capture that is being read begins. */
  #firstLine = 1;
  #line = 0;
  #fault: ChainFault | null = null;
  readonly #found = new Map<string, HeadPlace>();

  constructor(question: ChainQuestion) {
    this.#question = question;
  }

  /** Takes the next bytes of the file. */
  push(chunk: Uint8Array): void {
    for (const lines of this.#lines.push(chunk)) this.#take(lines);
  }

  /**
   * All was read. `unread` is the message of the `ReadFault` that ended it; null where there was none. Only packed data that
   * is damaged is a fault of the chain: a medium can fail, and a writer that is killed does not end its packed file.
   */
  end(unread: string | null): ChainState {
    for (const lines of this.#lines.end()) {
      // What has no newline is no whole line, and whoever wrote it wrote one.
      if ('bytes' in lines) this.#open.add(lines.bytes.subarray(0, -1), 1);
    }
    if (unread === DAMAGED) this.#fail(`it cannot be read to its end: ${unread}`);
    return {
      groups: this.#groups,
      captures: this.#captures,
      head: this.#previous,
      isClosed: this.#previous?.isEnd === true && this.#open.bytes === 0 && unread === null,
      unsealedBytes: this.#fault === null ? this.#open.bytes : 0,
      unread,
      fault: this.#fault,
      found: this.#found,
    };
  }

  #take(lines: LinesRead | LinesLost): void {
    if (!('bytes' in lines)) return;
    const { bytes } = lines;
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, at) + 1;
      this.#line += 1;
      this.#one(bytes.subarray(at, end));
      at = end;
    }
  }

  #one(line: Uint8Array): void {
    if (this.#fault !== null) return;
    const seal = isSealStart(line) ? parseSeal(Buffer.from(line).toString('latin1', 0, line.length - 1)) : null;
    if (seal === null) {
      this.#open.add(line, 1);
      return;
    }
    const reason = this.#wrongWith(seal);
    if (reason !== null) {
      this.#fail(reason, seal);
      return;
    }
    this.#open = new GroupHash();
    this.#previous = seal;
    this.#groups += 1;
    if (seal.group === 1) this.#captures += 1;
    this.#note(seal);
    if (seal.isEnd) this.#firstLine = this.#line + 1;
  }

  #note({ sha256, group }: Seal): void {
    if (!this.#question.heads.includes(sha256) || this.#found.has(sha256)) return;
    this.#found.set(sha256, { group, capture: this.#captures, firstLine: this.#firstLine });
  }

  /** Why a seal is not the next one; null where it is. */
  #wrongWith(seal: Seal): string | null {
    const isFirst = seal.group === 1 && seal.previous === NO_SEAL && this.#previous?.isEnd !== false;
    const before = isFirst ? null : this.#previous;
    if (seal.group !== (before?.group ?? 0) + 1)
      return `a seal of group ${seal.group} is in the place of group ${(before?.group ?? 0) + 1}`;
    if (seal.previous !== (before?.sha256 ?? NO_SEAL)) return 'its seal does not name the seal before it';
    if (before?.isEnd === true) return 'it follows the end of the capture';
    if (seal.lines !== this.#open.lines || seal.bytes !== this.#open.bytes) {
      return `it has ${this.#open.lines} lines and ${this.#open.bytes} bytes, and its seal says ${seal.lines} and ${seal.bytes}`;
    }
    if (this.#open.sealedBy(seal) !== seal.sha256) return 'its bytes are not those that were sealed';
    const { isSigned } = this.#question;
    if (isSigned === null) return null;
    if (seal.signature === null) return 'its seal is not signed';
    return isSigned(signedText(seal.sha256), seal.signature) ? null : 'its signature is not that of this key';
  }

  #fail(reason: string, seal: Seal | null = null): void {
    this.#fault ??= { line: this.#line, group: seal?.group ?? (this.#previous?.group ?? 0) + 1, reason };
  }
}

function isSealStart(line: Uint8Array): boolean {
  if (line.length > MAX_SEAL || line.length < START.length) return false;
  return START.equals(line.subarray(0, START.length));
}
