import { ReadFault } from '../read-fault.ts';
import { isZeroBlock, mapGoesOn, readPaxRecords, readTarHeader, TAR_BLOCK, type TarHeader } from './tar-header.ts';

/** The bytes of an archive, taken from the start to the end. */
export interface TarBytes {
  /** Bytes taken or passed over so far. */
  readonly position: number;
  /** The next bytes: fewer than asked for at the end. Good until the next call. */
  take(count: number): Promise<Uint8Array>;
  /** Passes over bytes; over fewer at the end. */
  skip(count: number): Promise<void>;
}

/** A file in an archive. What it holds comes next in the bytes, and may be taken before the next member is asked for. */
export interface TarMember {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch, or null. */
  readonly modified: number | null;
  /** True where the archive holds only parts of the file and says where they belong. */
  readonly sparse: boolean;
}

/** Bytes taken of a long name or of pax records: a name has 4096 at the most (PATH_MAX). */
const MAX_EXTRA = 64 * 1024;

/**
 * The files of an archive: ustar, pax and GNU tar. Folders, links and devices have nothing to be read and are passed
 * over. Throws `ReadFault` where the archive is damaged or ends too early; an archive without its closing zeros, as a
 * collector leaves it that was stopped, is not damaged.
 */
export async function* tarMembers(bytes: TarBytes): AsyncGenerator<TarMember> {
  let global: ReadonlyMap<string, string> = new Map();
  let extra: Extra = NOTHING;
  for (;;) {
    const header = await nextHeader(bytes);
    if (header === null) return;
    const { name, type } = header;
    const isExtra = 'LKxg'.includes(type);
    const pax = new Map([...global, ...extra.pax]);
    const size = (isExtra ? null : wholeNumber(pax.get('size'))) ?? header.size;
    const start = bytes.position;
    if (isExtra) {
      const value = await bytes.take(Math.min(size, MAX_EXTRA));
      if (type === 'L') extra = { ...extra, name: new TextDecoder().decode(value).replace(/\0.*$/s, '') };
      else if (type === 'x') extra = { ...extra, pax: readPaxRecords(value) };
      else if (type === 'g') global = new Map([...global, ...readPaxRecords(value)]);
    } else {
      const member = memberOf(header, extra, pax, size);
      if (member !== null) yield member;
      extra = NOTHING;
    }
    await bytes.skip(start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK - bytes.position);
    if (bytes.position < start + size) throw new ReadFault(`the archive ends inside ${name}`);
  }
}

/** What headers before a member say of it. */
interface Extra {
  readonly name: string | null;
  readonly pax: ReadonlyMap<string, string>;
}

const NOTHING: Extra = { name: null, pax: new Map() };

/** The next header; null at the end. */
async function nextHeader(bytes: TarBytes): Promise<TarHeader | null> {
  const at = bytes.position;
  const block = await bytes.take(TAR_BLOCK);
  if (block.length === 0 || isZeroBlock(block)) return null;
  if (block.length < TAR_BLOCK) throw new ReadFault(`the archive ends inside a header, at byte ${at}`);
  const header = readTarHeader(block);
  if (header === null) throw new ReadFault(`the archive is damaged: no header at byte ${at}`);
  for (let more = header.continued; more; ) more = mapGoesOn(await bytes.take(TAR_BLOCK));
  return header;
}

function memberOf(header: TarHeader, extra: Extra, pax: ReadonlyMap<string, string>, size: number): TarMember | null {
  // `7` is a contiguous file, which is one like any other; `S` is a sparse one of GNU tar.
  if (!'07S'.includes(header.type)) return null;
  const seconds = Number(pax.get('mtime') ?? Number.NaN);
  return {
    name: pax.get('GNU.sparse.name') ?? pax.get('path') ?? extra.name ?? header.name,
    size,
    modified: Number.isFinite(seconds) ? Math.floor(seconds * 1000) : header.modified,
    sparse: header.type === 'S' || [...pax.keys()].some((key) => key.startsWith('GNU.sparse.')),
  };
}

function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
