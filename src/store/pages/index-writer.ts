import { putUint16, putUint32, putVarint, varintLength } from './format.ts';
import { INTERIOR_HEADER, LEAF_HEADER, PAGE, type PageFile } from './page-file.ts';

/**
 * Writes an index b-tree from its entries in the order of the index, each page as full as it gets. Unlike a table's,
 * its interior pages hold entries of their own: the one between two leaves is in neither (sqlite.org/fileformat2.html,
 * section 1.6). No entry may be longer than what a page keeps of it (1,002 bytes of 4,096).
 */
export class IndexWriter {
  readonly #file: PageFile;
  readonly #root: number;
  /** The pages below, or null where these are leaves. There is one more than there will be entries. */
  readonly #children: readonly number[] | null;
  readonly #header: number;
  readonly #pages: number[] = [];
  /** The entry between each page and the next. */
  readonly #dividers: Uint8Array[] = [];
  #entries = 0;
  /** The page that is being filled: the root itself until there is a second. */
  #page: number;
  #cells = 0;
  #content: number;
  /** Of the page before: its cells, where they begin, and the length of the last of them. */
  #before = { cells: 0, content: 0, last: 0 };
  #last = 0;
  /** Where the next entry goes: the file, or a divider of its own. Another array after each {@link IndexWriter.place}. */
  bytes: Uint8Array;

  constructor(file: PageFile, root: number, children: readonly number[] | null = null) {
    this.#file = file;
    this.#root = root;
    this.#children = children;
    this.#header = children === null ? LEAF_HEADER : INTERIOR_HEADER;
    this.#page = root;
    this.#content = file.pageSize;
    this.bytes = file.bytes;
  }

  /** Makes room for an entry of this many bytes, and returns where in {@link IndexWriter.bytes} it is to be written. */
  place(length: number): number {
    const size = varintLength(length) + length + (this.#children === null ? 0 : 4);
    if (this.#content - size < this.#header + 2 * (this.#cells + 1)) return this.#divide(length);
    this.#content -= size;
    this.#last = length;
    this.bytes = this.#file.bytes;
    const start = this.#file.offset(this.#page);
    putUint16(this.bytes, start + this.#header + 2 * this.#cells, this.#content);
    this.#cells += 1;
    let at = start + this.#content;
    if (this.#children !== null) {
      putUint32(this.bytes, at, this.#children[this.#entries] ?? 0);
      at += 4;
    }
    this.#entries += 1;
    return putVarint(this.bytes, at, length);
  }

  /** Writes what is left and the pages above. */
  finish(): void {
    if (this.#pages.length === 0) {
      this.#close(this.#root, this.#cells, this.#content);
      return;
    }
    if (this.#cells === 0) this.#share();
    this.#pages.push(this.#page);
    this.#close(this.#page, this.#cells, this.#content);
    const above = new IndexWriter(this.#file, this.#root, this.#pages);
    for (const divider of this.#dividers) {
      const at = above.place(divider.length);
      above.bytes.set(divider, at);
    }
    above.finish();
  }

  /** Closes the full page; the entry goes between it and the next. */
  #divide(length: number): number {
    let page = this.#page;
    if (page === this.#root) {
      page = this.#file.allocate();
      const from = this.#file.offset(this.#root);
      this.#file.bytes.copyWithin(this.#file.offset(page), from, from + this.#file.pageSize);
    }
    this.#pages.push(page);
    this.#close(page, this.#cells, this.#content);
    this.#page = this.#file.allocate();
    this.#before = { cells: this.#cells, content: this.#content, last: this.#last };
    this.#cells = 0;
    this.#content = this.#file.pageSize;
    this.#entries += 1;
    this.bytes = new Uint8Array(length);
    this.#dividers.push(this.bytes);
    return 0;
  }

  /** Gives a last page without an entry the one before it, in whose place the last entry of the page before goes. */
  #share(): void {
    const { cells, content, last } = this.#before;
    const page = this.#pages.at(-1) ?? 0;
    const divider = this.#dividers.pop() ?? new Uint8Array(0);
    const prefix = varintLength(last) + (this.#children === null ? 0 : 4);
    const at = this.#file.offset(page) + content + prefix;
    this.#dividers.push(this.#file.bytes.slice(at, at + last));
    this.#entries -= 2;
    this.#close(page, cells - 1, content + prefix + last);
    this.#entries += 1;
    const to = this.place(divider.length);
    this.bytes.set(divider, to);
  }

  #close(page: number, cells: number, content: number): void {
    const kind = this.#children === null ? PAGE.leafIndex : PAGE.interiorIndex;
    this.#file.header(page, kind, cells, content, this.#children?.[this.#entries]);
  }
}
