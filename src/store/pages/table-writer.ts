import { putUint16, putUint32, putVarint, varintLength } from './format.ts';
import { INTERIOR_HEADER, LEAF_HEADER, PAGE, type PageFile } from './page-file.ts';

/** Writes a table b-tree from its rows in order of their rowid (sqlite.org/fileformat2.html, section 1.6). */
export class TableWriter {
  readonly #file: PageFile;
  readonly #root: number;
  /** Most bytes of a row that stay in its leaf, and the least when some do not. */
  readonly #maxLocal: number;
  readonly #minLocal: number;
  readonly #leaves: number[] = [];
  /** The greatest rowid in each leaf but the last. */
  readonly #keys: number[] = [];
  #page = 0;
  #cells = 0;
  #content = 0;
  #rowid = 0;

  constructor(file: PageFile, root: number) {
    this.#file = file;
    this.#root = root;
    this.#maxLocal = file.pageSize - 35;
    this.#minLocal = Math.floor(((file.pageSize - 12) * 32) / 255) - 23;
  }

  /** True when a row of this many bytes stays whole in its leaf, and so goes in with {@link TableWriter.place}. */
  fits(length: number): boolean {
    return length <= this.#maxLocal;
  }

  /** Makes a cell for a row of `length` bytes, and returns where in the file the row is to be written. */
  place(rowid: number, length: number): number {
    const at = this.#cell(rowid, varintLength(length) + varintLength(rowid) + length);
    return putVarint(this.#file.bytes, putVarint(this.#file.bytes, at, length), rowid);
  }

  /** Writes a row that does not fit: its beginning in the leaf, the rest in a chain of pages. Returns where it begins. */
  spill(rowid: number, row: Uint8Array): number {
    const { pageSize } = this.#file;
    const most = this.#minLocal + ((row.length - this.#minLocal) % (pageSize - 4));
    const local = most <= this.#maxLocal ? most : this.#minLocal;
    const at = this.#cell(rowid, varintLength(row.length) + varintLength(rowid) + local + 4);
    const start = putVarint(this.#file.bytes, putVarint(this.#file.bytes, at, row.length), rowid);
    this.#file.bytes.set(row.subarray(0, local), start);
    let link = start + local;
    for (let done = local; done < row.length; done += pageSize - 4) {
      const page = this.#file.allocate();
      putUint32(this.#file.bytes, link, page);
      link = this.#file.offset(page);
      this.#file.bytes.set(row.subarray(done, done + pageSize - 4), link + 4);
    }
    putUint32(this.#file.bytes, link, 0);
    return start;
  }

  /** Writes what is left and the pages above the leaves. */
  finish(): void {
    if (this.#page === 0) return;
    this.#closeLeaf();
    let children = this.#leaves;
    let keys = this.#keys;
    if (children.length === 1) {
      this.#file.moveToRoot(this.#page, this.#root);
      return;
    }
    // A child takes its number, its greatest rowid and a pointer to both; the last one only the header's last field.
    const fan = 1 + Math.floor((this.#file.pageSize - INTERIOR_HEADER) / (6 + varintLength(this.#rowid)));
    while (children.length > fan) {
      const pages = Math.ceil(children.length / fan);
      const parents: number[] = [];
      const above: number[] = [];
      for (let index = 0; index < pages; index += 1) {
        // Evenly, so that no page is left with a single child.
        const from = Math.floor((index * children.length) / pages);
        const to = Math.floor(((index + 1) * children.length) / pages);
        const page = this.#file.allocate();
        this.#interior(page, children.slice(from, to), keys.slice(from, to - 1));
        parents.push(page);
        if (index < pages - 1) above.push(keys[to - 1] ?? 0);
      }
      children = parents;
      keys = above;
    }
    this.#interior(this.#root, children, keys);
  }

  /** Room for a cell of this many bytes, in a new leaf when this one has none. */
  #cell(rowid: number, length: number): number {
    const used = LEAF_HEADER + 2 * (this.#cells + 1);
    if (this.#page === 0 || this.#content - length < used) this.#nextLeaf();
    this.#content -= length;
    const start = this.#file.offset(this.#page);
    putUint16(this.#file.bytes, start + LEAF_HEADER + 2 * this.#cells, this.#content);
    this.#cells += 1;
    this.#rowid = rowid;
    return start + this.#content;
  }

  #nextLeaf(): void {
    if (this.#page !== 0) {
      this.#closeLeaf();
      this.#keys.push(this.#rowid);
    }
    this.#page = this.#file.allocate();
    this.#leaves.push(this.#page);
    this.#cells = 0;
    this.#content = this.#file.pageSize;
  }

  #closeLeaf(): void {
    this.#file.header(this.#page, PAGE.leafTable, this.#cells, this.#content);
  }

  #interior(page: number, children: readonly number[], keys: readonly number[]): void {
    const start = this.#file.offset(page);
    const { bytes } = this.#file;
    let content = this.#file.pageSize;
    keys.forEach((key, index) => {
      content -= 4 + varintLength(key);
      putUint32(bytes, start + content, children[index] ?? 0);
      putVarint(bytes, start + content + 4, key);
      putUint16(bytes, start + INTERIOR_HEADER + 2 * index, content);
    });
    this.#file.header(page, PAGE.interiorTable, keys.length, content, children.at(-1));
  }
}
