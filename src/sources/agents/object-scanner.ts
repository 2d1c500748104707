import { MAX_DEPTH } from '../../text/json-depth.ts';
import { BACKSLASH, CLOSE, CLOSE_LIST, COLON, COMMA, NEWLINE, OPEN, OPEN_LIST, QUOTE } from './json-codes.ts';

/** Where a scan came to. `at` is an index into the text. */
export type Scanned =
  /** The object's closing brace is right before `at`. */
  | { readonly kind: 'end'; readonly at: number }
  /** The text is over first. */
  | { readonly kind: 'more' }
  | ScanFault;

/** It cannot be an object: seen at `at`, which is the start of a line that begins another one if `another`. */
export interface ScanFault {
  readonly kind: 'fault';
  readonly at: number;
  readonly reason: string;
  readonly another: boolean;
}

/**
 * Finds the end of an object that may go over many lines, by brackets and strings alone. It goes on where it stopped
 * when there is more text, so an object is looked at once however it arrives.
 *
 * An object that was cut off would swallow those after it. Two things show the cut: a line end inside a string, and a
 * `{` that starts a line where JSON has no place for a value.
 */
export class ObjectScanner {
  /** Brackets that are open, outermost first. */
  #open: number[] = [];
  #inString = false;
  /** The last character outside strings that is not blank. */
  #previous = 0;
  #at: number;
  /** The first `{` at the start of a line inside the object, which could be one that belongs to no other; or -1. */
  firstInner = -1;

  /** `start` is where the opening brace is. */
  constructor(start: number) {
    this.#at = start;
  }

  /** The first `count` characters of the text, all before the object, will not be there when it goes on. */
  letGo(count: number): void {
    this.#at -= count;
    if (this.firstInner !== -1) this.firstInner -= count;
  }

  /** Goes on through `text`, which begins as it did before, but for what was let go. */
  scan(text: string): Scanned {
    let at = this.#at;
    while (at < text.length) {
      if (this.#inString) {
        const code = text.charCodeAt(at);
        if (code === NEWLINE) return { kind: 'fault', at, reason: 'cut off inside a string', another: false };
        // An escape needs the character after it.
        if (code === BACKSLASH && at + 1 >= text.length) break;
        if (code === QUOTE) this.#inString = false;
        at += code === BACKSLASH && text.charCodeAt(at + 1) !== NEWLINE ? 2 : 1;
        continue;
      }
      const code = text.charCodeAt(at);
      if (code === QUOTE) this.#inString = true;
      else if (code === OPEN || code === OPEN_LIST) {
        const fault = this.#enter(text, at, code);
        if (fault !== null) return fault;
      } else if (code === CLOSE || code === CLOSE_LIST) {
        if (this.#open.pop() !== (code === CLOSE ? OPEN : OPEN_LIST)) {
          return { kind: 'fault', at, reason: 'brackets do not match', another: false };
        }
        if (this.#open.length === 0) return { kind: 'end', at: at + 1 };
      }
      if (code > 32) this.#previous = code;
      at += 1;
    }
    this.#at = at;
    return { kind: 'more' };
  }

  #enter(text: string, at: number, code: number): ScanFault | null {
    if (this.#open.length >= MAX_DEPTH) {
      return { kind: 'fault', at, reason: `nested deeper than ${MAX_DEPTH}`, another: false };
    }
    if (code === OPEN && this.#open.length > 0 && text.charCodeAt(at - 1) === NEWLINE) {
      if (!this.#expectsValue()) {
        return { kind: 'fault', at, reason: 'cut off before another object begins', another: true };
      }
      if (this.firstInner === -1) this.firstInner = at;
    }
    this.#open.push(code);
    return null;
  }

  #expectsValue(): boolean {
    if (this.#open.at(-1) === OPEN) return this.#previous === COLON;
    return this.#previous === OPEN_LIST || this.#previous === COMMA;
  }
}
