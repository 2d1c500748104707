import type { Columns } from '../columns.ts';
import { copyFew, integerLength, integerSerial, putInteger, putVarint, textSerial, varintLength } from './format.ts';
import { IndexWriter } from './index-writer.ts';
import type { PageFile } from './page-file.ts';

type Codes = Uint8Array | Uint32Array;

/** Where the ids of events lie in the file, by place. */
export interface IdPlaces {
  readonly at: Uint32Array;
  readonly length: Uint8Array;
}

/**
 * Writes an index over one or two codes (null for none), the time and the rowid. `order` has the places in the order of
 * the index; `firstSeq` is the `seq` of place 0.
 */
export function writeCodeIndex(
  file: PageFile,
  root: number,
  { times }: Columns,
  order: Uint32Array,
  firstSeq: number,
  first: Codes | null,
  second: Codes | null,
): void {
  const writer = new IndexWriter(file, root);
  const header = 3 + (first === null ? 0 : 1) + (second === null ? 0 : 1);
  for (const place of order) {
    const time = times[place] ?? 0;
    const seq = firstSeq + place;
    const timeSerial = integerSerial(time);
    const seqSerial = integerSerial(seq);
    const a = first === null ? 0 : (first[place] ?? 0);
    const b = second === null ? 0 : (second[place] ?? 0);
    const aSerial = integerSerial(a);
    const bSerial = integerSerial(b);
    let length = header + integerLength(timeSerial) + integerLength(seqSerial);
    if (first !== null) length += integerLength(aSerial);
    if (second !== null) length += integerLength(bSerial);
    let at = writer.place(length);
    const { bytes } = writer;
    let body = at + header;
    bytes[at] = header;
    if (first !== null) {
      at += 1;
      bytes[at] = aSerial;
      body = putInteger(bytes, body, a, aSerial);
    }
    if (second !== null) {
      at += 1;
      bytes[at] = bSerial;
      body = putInteger(bytes, body, b, bSerial);
    }
    bytes[at + 1] = timeSerial;
    bytes[at + 2] = seqSerial;
    putInteger(bytes, putInteger(bytes, body, time, timeSerial), seq, seqSerial);
  }
  writer.finish();
}

/** Writes the index over the ids and the rowid; `order` has the places in the order of their ids. */
export function writeIdIndex(file: PageFile, root: number, ids: IdPlaces, order: Uint32Array, firstSeq: number): void {
  const writer = new IndexWriter(file, root);
  for (const place of order) {
    const text = ids.length[place] ?? 0;
    const seq = firstSeq + place;
    const serial = integerSerial(seq);
    const header = 2 + varintLength(textSerial(text));
    const at = writer.place(header + text + integerLength(serial));
    const to = writer.bytes;
    to[at] = header;
    to[putVarint(to, at + 1, textSerial(text))] = serial;
    const from = ids.at[place] ?? 0;
    if (to === file.bytes) copyFew(file.view, at + header, file.view, from, from + text);
    else to.set(file.bytes.subarray(from, from + text), at + header);
    putInteger(to, at + header + text, seq, serial);
  }
  writer.finish();
}
