import { excerpt } from '../../text/excerpt.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import { ReadFault } from '../read-fault.ts';
import { mapGoesOn, readPaxRecords, readTarHeader, TAR_BLOCK, type TarHeader } from './tar-header.ts';

/** The bytes of an archive, taken from the start to the end. */
export interface TarBytes {
  /** Bytes taken or passed over so far. */
  readonly position: number;
  /** The next bytes: fewer than asked for at the end. Good until the next call. */
  take(count: number): Promise<Uint8Array>;
  /** Passes over bytes; over fewer at the end. */
  skip(count: number): Promise<void>;
  /** Passes over blocks of zeros, `limit` bytes of them at the most. */
  skipZeroBlocks(limit: number): Promise<void>;
}

/** Something in an archive that is no file and no folder. */
export interface TarOther {
  readonly name: string;
  /** Why it is not read. */
  readonly reason: string;
  /** True where it has data, which may be what is to be read. */
  readonly refused: boolean;
}

/** Bytes in an archive that are no header where one should be. What follows them is read. */
export interface TarDamage {
  readonly damage: string;
}

/** A file in an archive. What it holds comes next in the bytes, and may be taken before the next member is asked for. */
export interface TarMember {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch, or null. */
  readonly modified: number | null;
}

/** Bytes taken of a long name or of pax records. */
const MAX_EXTRA = 64 * 1024;

/** Characters kept of a name, which has 4096 bytes at the most where there are files (PATH_MAX). */
const MAX_NAME = 4096;

/** Bytes of zeros between members that are passed over, in all. A blocking factor pads an archive with some kilobytes. */
const MAX_ZEROS = 1024 ** 3;

/**
 * What is in an archive but folders: ustar, pax and GNU tar. Zeros end it only where nothing follows them: archives that
 * were joined have some between them (`tar -i`), and whoever wants to hide the rest can write them anywhere. Throws
 * `ReadFault` where the archive is damaged or ends too early; an archive without its closing zeros, as a collector leaves
 * it that was stopped, is not damaged.
 */
export async function* tarMembers(bytes: TarBytes): AsyncGenerator<TarMember | TarOther | TarDamage> {
  let global: ReadonlyMap<string, string> = new Map();
  let extra: Extra = NOTHING;
  let zerosLeft = MAX_ZEROS;
  for (;;) {
    const next = await nextHeader(bytes, zerosLeft);
    if (next === null) return;
    const { header, damage } = next;
    zerosLeft -= next.zeros;
    if (damage !== null) {
      yield { damage };
      extra = NOTHING;
    }
    const { name, type } = header;
    const isExtra = 'LKxg'.includes(type);
    const pax = new Map([...global, ...extra.pax]);
    const size = hasNoData(type) ? 0 : ((isExtra ? null : wholeNumber(pax.get('size'))) ?? header.size);
    const start = bytes.position;
    if (isExtra) {
      const value = await bytes.take(Math.min(size, MAX_EXTRA));
      if (type === 'L') extra = { ...extra, name: upToNul(value) };
      else if (type === 'K') extra = { ...extra, linkName: upToNul(value) };
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
  readonly linkName: string | null;
  readonly pax: ReadonlyMap<string, string>;
}

const NOTHING: Extra = { name: null, linkName: null, pax: new Map() };

function upToNul(value: Uint8Array): string {
  const end = value.indexOf(0);
  return textOfPath(end === -1 ? value : value.subarray(0, end));
}

/** Of links, devices, folders and FIFOs only the header is stored, whatever size it has (pax(1), ustar interchange format). */
function hasNoData(type: string): boolean {
  return '123456'.includes(type);
}

/** The next header, the bytes of zeros before it, and what was passed over to find it because it is none; null at the end. */
async function nextHeader(
  bytes: TarBytes,
  zerosLeft: number,
): Promise<{ readonly header: TarHeader; readonly damage: string | null; readonly zeros: number } | null> {
  const start = bytes.position;
  await bytes.skipZeroBlocks(zerosLeft);
  const at = bytes.position;
  const zeros = at - start;
  if (zeros >= zerosLeft) throw new ReadFault(`not read to its end: zeros only from byte ${start} to ${at}`);
  const block = await bytes.take(TAR_BLOCK);
  // What is less than a block and all zeros is the rest of a padding that was cut.
  if (block.every((byte) => byte === 0)) return null;
  if (block.length < TAR_BLOCK) throw new ReadFault(`the archive ends inside a header, at byte ${at}`);
  let header = readTarHeader(block);
  const isDamaged = header === null;
  let end = at;
  // As tar(1) does, which skips to the next header.
  while (header === null) {
    end = bytes.position;
    const next = await bytes.take(TAR_BLOCK);
    if (next.length < TAR_BLOCK) throw new ReadFault(`the archive is damaged: no header at byte ${at}`);
    header = readTarHeader(next);
  }
  for (let more = header.continued; more; ) more = mapGoesOn(await bytes.take(TAR_BLOCK));
  return { header, zeros, damage: isDamaged ? `bytes ${at} to ${end - 1} are damaged: no header is there` : null };
}

function memberOf(
  header: TarHeader,
  extra: Extra,
  pax: ReadonlyMap<string, string>,
  size: number,
): TarMember | TarOther | null {
  const name = excerpt(pax.get('GNU.sparse.name') ?? pax.get('path') ?? extra.name ?? header.name, MAX_NAME);
  const { type } = header;
  if (hasNoData(type)) {
    const linkName = excerpt(pax.get('linkpath') ?? extra.linkName ?? header.linkName, MAX_NAME);
    const reason = reasonOfOther(type, linkName);
    return reason === null ? null : { name, reason, refused: false };
  }
  if (type === 'S' || [...pax.keys()].some((key) => key.startsWith('GNU.sparse.'))) return refused(name, SPARSE);
  if (type === 'M')
    return refused(name, 'the rest of a file that another volume holds, which is not read; join it first');
  if ((type === 'D' || type === 'V') && size === 0) return null;
  if (type === 'V') return refused(name, 'the label of a volume, but with data, which is not read');
  if (type === 'D') return refused(name, 'a list of what a folder held, with data, which is not read');
  // Any other type is a file (pax(1), "typeflag"): `7` a contiguous one, `A` to `Z` whatever its writer made of it.
  const seconds = Number(pax.get('mtime') ?? Number.NaN);
  return { name, size, modified: Number.isFinite(seconds) ? Math.floor(seconds * 1000) : header.modified };
}

const SPARSE = 'stored as a sparse file, which is not read; unpack the archive first';

function refused(name: string, reason: string): TarOther {
  return { name, reason, refused: true };
}

/** Why what is no file is not read; null for folders. */
function reasonOfOther(type: string, linkName: string): string | null {
  if (type === '1') return `a hard link to ${linkName} in the archive`;
  if (type === '2') return `a link to ${linkName}, not followed`;
  if (type === '3' || type === '4') return 'a device';
  return type === '6' ? 'a FIFO' : null;
}

function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
