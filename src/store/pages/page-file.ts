import { putUint16, putUint32 } from './format.ts';

/** What a b-tree page is, as its first byte tells (sqlite.org/fileformat2.html, section 1.6). */
export const PAGE = { interiorTable: 5, leafTable: 13 } as const;

export type PageKind = (typeof PAGE)[keyof typeof PAGE];

/** Bytes of the header of a leaf, and of an interior page, which ends with its rightmost child. */
export const LEAF_HEADER = 8;
export const INTERIOR_HEADER = 12;

/** Where page 1 keeps the number of pages, the first free page, and how many are free (section 1.3). */
const PAGE_COUNT = 28;
const FIRST_FREE = 32;
const FREE_COUNT = 36;

/** Room that the next file gets for what the last one took. */
const MORE = 1.05;

/**
 * From how many bytes on a file that grows gets eight times the room, not twice: to copy it costs more than room that is
 * not used, as the kernel gives memory only where it is written to.
 */
const LARGE = 2 ** 20;

/** An empty database as SQLite made it: its pages, and the root page of its one table. */
export interface Template {
  readonly bytes: Uint8Array;
  readonly pageSize: number;
  readonly root: number;
}

/** A database file that grows page by page in one array of bytes. Pages are numbered from 1. */
export class PageFile {
  readonly pageSize: number;
  readonly #template: Uint8Array;
  #bytes: Uint8Array;
  #view: DataView;
  #pages = 0;

  constructor({ bytes, pageSize }: Template) {
    this.pageSize = pageSize;
    this.#template = bytes;
    this.#bytes = new Uint8Array(bytes.length * 2);
    this.#view = new DataView(this.#bytes.buffer);
    this.clear();
  }

  /** The bytes, with room after the last page. Another array after {@link PageFile.allocate}. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same bytes. */
  get view(): DataView {
    return this.#view;
  }

  /** Bytes of the pages. */
  get length(): number {
    return this.#pages * this.pageSize;
  }

  /** Begins anew with the template. */
  clear(): void {
    this.#bytes.set(this.#template);
    this.#pages = this.#template.length / this.pageSize;
  }

  /** The number of a new page. What is in it is left from earlier use: it has to be written whole. */
  allocate(): number {
    this.#pages += 1;
    if (this.length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * (this.#bytes.length < LARGE ? 2 : 8));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return this.#pages;
  }

  /** Where a page begins. */
  offset(page: number): number {
    return (page - 1) * this.pageSize;
  }

  /** Writes the header of a page whose cells lie in order of their keys between `content` and its end. */
  header(page: number, kind: PageKind, cells: number, content: number, rightmost = 0): void {
    const at = this.offset(page);
    this.#bytes[at] = kind;
    putUint16(this.#bytes, at + 1, 0);
    putUint16(this.#bytes, at + 3, cells);
    putUint16(this.#bytes, at + 5, content);
    this.#bytes[at + 7] = 0;
    if (kind === PAGE.interiorTable) putUint32(this.#bytes, at + 8, rightmost);
  }

  /** Copies a page over the one that was reserved as a root, and gives its own place to the list of free pages. */
  moveToRoot(page: number, root: number): void {
    const at = this.offset(page);
    this.#bytes.copyWithin(this.offset(root), at, at + this.pageSize);
    putUint32(this.#bytes, at, 0);
    putUint32(this.#bytes, at + 4, 0);
    putUint32(this.#bytes, FIRST_FREE, page);
    putUint32(this.#bytes, FREE_COUNT, 1);
  }

  /**
   * The database file, which is the caller's from now on: the next one is written elsewhere, into as much room as this
   * one took and a little more.
   */
  release(): Uint8Array {
    const image = this.image();
    this.#bytes = new Uint8Array(Math.ceil(image.length * MORE));
    this.#view = new DataView(this.#bytes.buffer);
    this.clear();
    return image;
  }

  /** The database file. The array belongs to this object and is used again after {@link PageFile.clear}. */
  image(): Uint8Array {
    putUint32(this.#bytes, PAGE_COUNT, this.#pages);
    return this.#bytes.subarray(0, this.length);
  }
}
