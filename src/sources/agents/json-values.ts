import type { JsonObject } from '../../model/json.ts';
import type { Unreadable } from '../../model/observation.ts';
import { unreadable } from '../lines.ts';
import { parseObject } from './exact-json.ts';
import { CLOSE, CLOSE_LIST, isBetween, OPEN, OPEN_LIST } from './json-codes.ts';
import { ObjectScanner, type ScanFault } from './object-scanner.ts';
import { Resync } from './resync.ts';
import { TextWindow } from './text-window.ts';

/** One JSON object at top level or in a list there. */
export interface JsonValue {
  /** Whole numbers beyond 2^53 are strings of their digits. */
  readonly value: JsonObject;
  /** As read, with what stands before it on its line. */
  readonly text: string;
  /** Of the line where it begins: its number from 1, and the offset of that line's first byte. */
  readonly line: number;
  readonly offset: number;
  /** What stands before it on its line, such as what syslog writes; mostly empty. */
  readonly prefix: string;
}

export interface JsonBatch {
  readonly values: readonly JsonValue[];
  readonly unreadable: readonly Unreadable[];
  /** Lines seen so far. */
  readonly lines: number;
}

/** Characters of one object that are held; no agent's event comes near, and memory stays bounded. */
const MAX_VALUE = 16 * 1024 * 1024;

/** Characters of a line that is no JSON that are waited for. */
const MAX_GARBAGE = 1024 * 1024;

/** An object that is not over by then is looked through by its brackets, without waiting for its line to end. */
const PATIENCE = 64 * 1024;

/** Characters, as often as they are looked through anew, after which a line inside an object has to be one by itself. */
const MAX_AGAIN = 2 * MAX_VALUE;

/** A list shows what is in it within this many characters. */
const LIST_START = 1024;

/** Characters kept of what could not be read. */
const SHOWN_START = 256;

/**
 * Takes the objects out of a stream of bytes, whatever the sizes of its pieces: one on each line, pretty-printed over
 * many, several in a row, in one big list, after a syslog prefix, with blank lines and garbage between. Objects on one
 * line go to `JSON.parse` as they are; others are found by their brackets. What is not JSON is an unreadable, and
 * reading goes on at the next line that could start an object. Holds at most one object and one piece.
 */
export class JsonValues {
  readonly #file: string;
  readonly #maxValue: number;
  readonly #window = new TextWindow();
  readonly #resync: Resync;
  #scanner: ObjectScanner | null = null;
  /** Line that is not one object: what is left of it is looked through by brackets. */
  #crowdedLine = 0;
  /** Characters that were looked through again because the object around them was none. */
  #again = 0;
  /** Up to here an object that goes over several lines is not looked for. */
  #linesUntil = 0;
  #lists = 0;
  #values: JsonValue[] = [];
  #unreadable: Unreadable[] = [];

  constructor(file: string, maxValue = MAX_VALUE) {
    this.#file = file;
    this.#maxValue = maxValue;
    this.#resync = new Resync(this.#window, (place, reason, text) => this.#refuse(reason, text, place));
  }

  /** Where reading stands. */
  get place(): { readonly line: number; readonly offset: number } {
    return this.#window.place;
  }

  /** What this piece completes. The caller may reuse the piece afterwards. */
  push(piece: Uint8Array): JsonBatch {
    this.#add(piece);
    this.#read(false);
    return this.#batch();
  }

  /** The stream is over. */
  end(): JsonBatch {
    this.#add(null);
    this.#read(true);
    this.#resync.settle();
    if (this.#lists > 0) this.#refuse('the list is cut off: its end is missing', '');
    return this.#batch();
  }

  #add(piece: Uint8Array | null): void {
    this.#scanner?.letGo(this.#window.at);
    this.#linesUntil -= this.#window.at;
    this.#window.add(piece);
  }

  #batch(): JsonBatch {
    const batch = { values: this.#values, unreadable: this.#unreadable, lines: this.#window.lines };
    this.#values = [];
    this.#unreadable = [];
    return batch;
  }

  #read(final: boolean): void {
    const window = this.#window;
    while (this.#resync.done()) {
      let { at } = window;
      while (isBetween(window.text.charCodeAt(at))) at += 1;
      window.moveTo(at);
      if (window.ended) return;
      const code = window.text.charCodeAt(at);
      if (!(code === OPEN ? this.#object(final) : this.#other(code, final))) return;
    }
  }

  /** The object here; false when there is not enough of it yet. */
  #object(final: boolean): boolean {
    const window = this.#window;
    if (this.#scanner === null && this.#crowdedLine !== window.place.line) {
      const whole = window.hasLineEnd || final;
      if (!whole && window.text.length - window.at < PATIENCE) return false;
      if (whole && this.#objectOfLine()) return true;
      if (whole) this.#crowdedLine = window.place.line;
    }
    if (this.#scanner === null && window.at < this.#linesUntil) return this.#leaveLine();
    this.#scanner ??= new ObjectScanner(window.at);
    const scanned = this.#scanner.scan(window.text);
    const reached = scanned.kind === 'more' ? window.text.length : scanned.at;
    const fault = scanned.kind === 'fault' ? scanned : this.#faultOf(reached, final && scanned.kind === 'more');
    if (scanned.kind === 'more' && fault === null) return false;
    const inner = this.#scanner.firstInner;
    this.#scanner = null;
    if (fault === null) this.#take(reached);
    else this.#giveUp(fault, inner);
    return true;
  }

  /** Why an object that goes on to `reached` is given up though nothing in it is wrong, or null. */
  #faultOf(reached: number, cut: boolean): ScanFault | null {
    const tooLong = reached - this.#window.at > this.#maxValue;
    if (!tooLong && !cut) return null;
    const reason = tooLong ? `object is longer than ${this.#maxValue} characters` : 'cut off: its end is missing';
    return { kind: 'fault', at: reached, reason, another: false };
  }

  /** Tries the rest of the line as one object. */
  #objectOfLine(): boolean {
    const { text: all, at, lineEnd, place } = this.#window;
    let end = lineEnd;
    while (isBetween(all.charCodeAt(end - 1))) end -= 1;
    if (all.charCodeAt(end - 1) !== CLOSE || end - at > this.#maxValue) return false;
    const text = all.slice(at, end);
    const parsed = parseObject(text);
    if ('reason' in parsed) return false;
    this.#values.push({ value: parsed.value, text, ...place, prefix: '' });
    this.#window.moveTo(end);
    return true;
  }

  /** The object that ends before `end`. */
  #take(end: number): void {
    const { text: all, at, place } = this.#window;
    const text = all.slice(at, end);
    const parsed = parseObject(text);
    if ('value' in parsed) this.#values.push({ value: parsed.value, text, ...place, prefix: '' });
    else this.#refuse(parsed.reason, text);
    this.#window.moveTo(end);
  }

  /** The object here is none. `inner` is where a line inside it may start another, or -1. */
  #giveUp(fault: ScanFault, inner: number): void {
    const { text: all, at, place } = this.#window;
    const text = all.slice(at, Math.min(fault.at, at + SHOWN_START));
    if (inner === -1 && !fault.another) {
      this.#window.moveTo(fault.at);
      this.#resync.dropObject(place, fault.reason, text);
    } else {
      this.#refuse(fault.reason, text);
      if (inner !== -1) this.#again += fault.at - inner;
      if (this.#again > MAX_AGAIN) this.#linesUntil = fault.at;
      this.#window.moveTo(inner === -1 ? fault.at : inner);
    }
  }

  /** The line here is no object, and one that begins in it is not looked for. */
  #leaveLine(): boolean {
    const { text, at, lineEnd } = this.#window;
    this.#refuse('inside an object that is none', text.slice(at, Math.min(lineEnd, at + SHOWN_START)));
    this.#window.moveTo(lineEnd);
    this.#resync.dropLine();
    return true;
  }

  /** What is here is no object: the bracket of a list, or a line with something else. */
  #other(code: number, final: boolean): boolean {
    const { text, at } = this.#window;
    if (code === CLOSE_LIST && this.#lists > 0) {
      this.#lists -= 1;
      this.#window.moveTo(at + 1);
      return true;
    }
    if (code === OPEN_LIST) {
      const next = /\S/.exec(text.slice(at + 1, at + LIST_START))?.[0];
      if (next === undefined && !final && text.length - at < LIST_START) return false;
      if (next !== undefined && '{[]'.includes(next)) {
        this.#lists += 1;
        this.#window.moveTo(at + 1);
        return true;
      }
    }
    return this.#garbage(final);
  }

  /** A line that does not begin with an object: one may follow what syslog or a reader of JSON wrote before it. */
  #garbage(final: boolean): boolean {
    const { text: all, at, lineEnd, hasLineEnd, place } = this.#window;
    const whole = hasLineEnd || final;
    if (!whole && lineEnd - at <= MAX_GARBAGE) return false;
    const text = all.slice(at, lineEnd);
    const brace = whole ? text.indexOf('{') : -1;
    const rest = brace === -1 ? '' : text.slice(brace).trimEnd();
    // Failing at what is cut off takes as long as reading it.
    const parsed = rest === '' ? null : rest.endsWith('}') ? parseObject(rest) : { reason: 'not valid JSON' };
    if (parsed !== null && 'value' in parsed) {
      this.#values.push({ value: parsed.value, text, ...place, prefix: text.slice(0, brace) });
    } else {
      this.#refuse(parsed?.reason ?? (whole ? 'not JSON' : 'not JSON, and very long'), text);
    }
    this.#window.moveTo(lineEnd);
    if (!whole) this.#resync.dropLine();
    return true;
  }

  #refuse(reason: string, text: string, place = this.#window.place): void {
    this.#unreadable.push(unreadable(this.#file, place, reason, text));
  }
}
