import type { Json, JsonObject } from '../../model/json.ts';
import { MAX_DEPTH } from '../../text/json-depth.ts';
import { append } from '../../text/lists.ts';
import { EndOfText, JsonCursor, type JsonError } from './json-cursor.ts';
import { isStrictScalar, NUMBER, readScalar, WORD } from './json-scalar.ts';

const LINE_REST = /[^\n]*/y;
const SPACE = /[ \t\n\r\0]*/y;
const JUNK = /[^[\]{}",\s]+/y;

/** An array that is being read: bare members are what `["id":5]` has instead of elements. */
interface OpenArray {
  readonly elements: Json[];
  readonly members: [string, Json][];
}

/** Where the reader stands between two elements or members. */
type Separator = 'start' | 'comma' | 'item';

/** Reads JSON as bpftool writes it, which is not always JSON: see `parseBpftoolJson`. One reader reads one text. */
export class JsonReader {
  readonly #cursor: JsonCursor;
  /** Members that an array left open gives back to the object around it. */
  #returned: [string, Json][] = [];

  constructor(text: string) {
    this.#cursor = new JsonCursor(text);
  }

  /** What was repaired, each kind once, with a count where it was more than one. */
  repairs(): string[] {
    return [...this.#cursor.repairs].map(([what, count]) => (count === 1 ? what : `${what} (${count} times)`));
  }

  errors(): JsonError[] {
    return this.#cursor.errors();
  }

  /** Every value at top level, in order. Never throws. */
  documents(): Json[] {
    const cursor = this.#cursor;
    const documents: Json[] = [];
    for (let afterComma = false; ; ) {
      cursor.take(SPACE);
      if (cursor.ended) return documents;
      const character = cursor.character();
      if (character === ',' || character === '\ufeff') {
        afterComma = true;
        cursor.at += 1;
        cursor.repaired(character === ',' ? 'comma at top level' : 'byte order mark');
        continue;
      }
      const value = this.#topLevel(character);
      // bpftool's net show ends a failed dump with `,null` (net.c, do_show's error path).
      if (value !== undefined && !(value === null && afterComma && documents.length > 0)) documents.push(value);
      afterComma = false;
    }
  }

  #topLevel(character: string | undefined): Json | undefined {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (character === '[' || character === '{' || character === '"') return this.#document(start);
    const scalar = cursor.take(NUMBER) || cursor.take(WORD);
    const next = cursor.character();
    if (isStrictScalar(scalar) && (next === undefined || /[\s,[{]/.test(next))) return readScalar(scalar);
    cursor.at = start;
    cursor.failed(start, `not JSON: ${cursor.take(LINE_REST).slice(0, 80)}`);
    return undefined;
  }

  #document(start: number): Json | undefined {
    const cursor = this.#cursor;
    this.#returned = [];
    try {
      const value = this.#value(0);
      if (this.#returned.length > 0) cursor.failed(start, 'members in an array that no object holds');
      return value;
    } catch (error) {
      if (!(error instanceof EndOfText)) throw error;
      cursor.failed(start, 'the text ends inside a string or an object');
      cursor.toEnd();
      return undefined;
    }
  }

  /** The value here; undefined where there is none but junk, which is passed over. */
  #value(depth: number): Json | undefined {
    const cursor = this.#cursor;
    const start = cursor.at;
    const character = cursor.character();
    if (character === undefined) throw new EndOfText();
    if (character === '"') return cursor.string();
    if (character === '[' || character === '{') {
      if (depth < MAX_DEPTH) return character === '[' ? this.#array(depth) : this.#object(depth);
      cursor.failed(start, `nested deeper than ${MAX_DEPTH}`);
      cursor.skipNested();
      return null;
    }
    const scalar = cursor.take(NUMBER) || cursor.take(WORD);
    if (scalar === '') {
      cursor.failed(start, `unexpected ${JSON.stringify(this.#junk().slice(0, 80))}`);
      return undefined;
    }
    if (isStrictScalar(scalar)) return readScalar(scalar);
    // %p of a null pointer, and nan or inf of a float.
    cursor.repaired(scalar === '(nil)' ? 'unquoted (nil)' : 'unquoted text');
    return scalar === '(nil)' ? null : scalar;
  }

  #array(depth: number): Json {
    const cursor = this.#cursor;
    cursor.at += 1;
    const open: OpenArray = { elements: [], members: [] };
    for (let before: Separator = 'start'; ; ) {
      cursor.take(SPACE);
      const character = cursor.character();
      if (character === undefined) {
        cursor.failed(cursor.at, 'the text ends inside an array; its whole elements are kept');
        return closeArray(open);
      }
      before = this.#separator(before, character);
      if (character === ',') continue;
      if (character === ']') {
        cursor.at += 1;
        return closeArray(open);
      }
      if (character === '}') {
        // link.c leaves `funcs` open where kptr_restrict hides the symbols: what follows belongs to the link.
        cursor.repaired('array left open');
        append(this.#returned, open.members);
        return open.elements;
      }
      if (!this.#element(open, depth)) return closeArray(open);
    }
  }

  /** Reads one element, or one `"key": value` standing in its place; false where the text ended within it. */
  #element(open: OpenArray, depth: number): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    try {
      const value = this.#value(depth + 1);
      cursor.take(SPACE);
      if (typeof value !== 'string' || cursor.character(start) !== '"' || cursor.character() !== ':') {
        if (value !== undefined) open.elements.push(value);
        return true;
      }
      open.members.push([value, this.#memberValue(depth)]);
      cursor.repaired('array with a bare member');
      return true;
    } catch (error) {
      if (!(error instanceof EndOfText)) throw error;
      cursor.failed(start, 'the text ends inside an element; the whole elements before it are kept');
      cursor.toEnd();
      return false;
    }
  }

  #object(depth: number): JsonObject {
    const cursor = this.#cursor;
    cursor.at += 1;
    const object: { [key: string]: Json } = {};
    for (let before: Separator = 'start'; ; ) {
      cursor.take(SPACE);
      const character = cursor.character();
      if (character === undefined) throw new EndOfText();
      before = this.#separator(before, character);
      if (character === ',') continue;
      if (character === '}' || character === ']') {
        if (character === '}') cursor.at += 1;
        else cursor.repaired('object left open');
        return object;
      }
      if (character === '"') this.#member(object, depth);
      else cursor.failed(cursor.at, `expected a key, not ${JSON.stringify(this.#junk().slice(0, 80))}`);
    }
  }

  /** Passes a comma, and names the ones that are missing or too many. */
  #separator(before: Separator, character: string): Separator {
    const closes = character === ']' || character === '}';
    if (character === ',') {
      if (before !== 'item') this.#cursor.repaired('comma too many');
      this.#cursor.at += 1;
      return 'comma';
    }
    if (closes && before === 'comma') this.#cursor.repaired('comma too many');
    if (!closes && before === 'item') this.#cursor.repaired('comma missing');
    return 'item';
  }

  #member(object: { [key: string]: Json }, depth: number): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    const key = cursor.string();
    cursor.take(SPACE);
    if (cursor.character() !== ':') {
      if (cursor.ended) throw new EndOfText();
      cursor.failed(start, `no value for ${JSON.stringify(key.slice(0, 80))}`);
      return;
    }
    const outer = this.#returned;
    this.#returned = [];
    this.#put(object, key, this.#memberValue(depth));
    for (const [name, value] of this.#returned) this.#put(object, name, value);
    this.#returned = outer;
  }

  /** The value after the colon here. */
  #memberValue(depth: number): Json {
    const cursor = this.#cursor;
    cursor.at += 1;
    cursor.take(SPACE);
    const character = cursor.character();
    if (character !== ',' && character !== '}' && character !== ']') return this.#value(depth + 1) ?? null;
    // A batched `cgroup show` without programs prints nothing after `"output":`.
    cursor.repaired('member without a value');
    return null;
  }

  #put(object: { [key: string]: Json }, key: string, value: Json): void {
    if (Object.hasOwn(object, key)) this.#cursor.repaired('key given twice, the last one kept');
    if (key !== '__proto__') object[key] = value;
    // Assignment would change the prototype instead of adding a key.
    else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }

  /** Passes over what cannot begin a value or a key: one character at least. */
  #junk(): string {
    return this.#cursor.take(JUNK) || this.#cursor.take(/./suy);
  }
}

function closeArray({ elements, members }: OpenArray): Json[] {
  return members.length === 0 ? elements : [...elements, Object.fromEntries(members)];
}
