import { textOfPath } from '../../text/path-bytes.ts';

/** Size of a tar block, of which headers and members are made (pax(1), ustar interchange format). */
export const TAR_BLOCK = 512;

/** One header block. */
export interface TarHeader {
  readonly name: string;
  /** Where a link leads; empty for anything else. */
  readonly linkName: string;
  /**
   * `0` a file, `1` a hard link, `2` a symbolic one, `3` and `4` devices, `5` a folder, `6` a FIFO, `L` and `K` the long
   * name and link name of GNU tar, `x` pax records for the next member, `g` for all.
   */
  readonly type: string;
  /** Bytes of what follows the header. */
  readonly size: number;
  /** Milliseconds since the epoch, or null. */
  readonly modified: number | null;
  /** True where blocks with the rest of a sparse file's map follow. */
  readonly continued: boolean;
}

const NAME: Field = [0, 100];
const SIZE: Field = [124, 12];
const MODIFIED: Field = [136, 12];
const CHECKSUM: Field = [148, 8];
const TYPE = 156;
const LINK_NAME: Field = [157, 100];
const MAGIC: Field = [257, 5];
const PREFIX: Field = [345, 155];
/** GNU tar's type `S`, and where its header says that its map goes on (`isextended` in its tar.h). */
const SPARSE = 0x53;
const CONTINUED = 482;
/** The same in a block that a map goes on in. */
const CONTINUED_AGAIN = 504;

type Field = readonly [start: number, length: number];

/** The header in a block; null where the block is none (its checksum does not fit). */
export function readTarHeader(block: Uint8Array): TarHeader | null {
  if (block.length < TAR_BLOCK || octal(block, CHECKSUM) !== checksum(block)) return null;
  const size = number(block, SIZE);
  if (size === null) return null;
  const isUstar = text(block, MAGIC) === 'ustar';
  // GNU tar writes `ustar  ` and uses the prefix for other things, which are no text as a rule.
  const prefix = isUstar && block[262] === 0 ? text(block, PREFIX) : '';
  const name = text(block, NAME);
  const seconds = number(block, MODIFIED);
  const type = block[TYPE] ?? 0;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: text(block, LINK_NAME),
    type: type === 0 ? '0' : String.fromCharCode(type),
    size,
    modified: seconds === null ? null : seconds * 1000,
    continued: type === SPARSE && block[CONTINUED] === 1,
  };
}

/** True for a block of a sparse file's map that is not the last. */
export function mapGoesOn(block: Uint8Array): boolean {
  return block[CONTINUED_AGAIN] === 1;
}

/** The keys of pax records that are looked at (pax(1); GNU tar, "Storing Sparse Files"). */
const PAX_KEYS: ReadonlySet<string> = new Set([
  ...['path', 'linkpath', 'size', 'mtime'],
  ...['name', 'major', 'minor', 'map', 'size', 'realsize', 'numblocks'].map((each) => `GNU.sparse.${each}`),
]);

/**
 * The records of a pax header, `LENGTH KEY=VALUE\n`, as many as are whole. Of their keys only those that are looked at:
 * what global headers say adds up over an archive, and anything may stand there.
 */
export function readPaxRecords(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank === -1 ? Number.NaN : Number(ascii(bytes.subarray(at, blank)));
    if (!Number.isSafeInteger(length) || length <= blank - at || at + length > bytes.length) return records;
    const record = textOfPath(bytes.subarray(blank + 1, at + length - 1));
    const equals = record.indexOf('=');
    const key = record.slice(0, Math.max(0, equals));
    if (PAX_KEYS.has(key)) records.set(key, record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** The sum of a header's bytes, its own field taken as blanks. */
function checksum(block: Uint8Array): number {
  const [start, length] = CHECKSUM;
  let sum = 0;
  for (let at = 0; at < TAR_BLOCK; at += 1) sum += at >= start && at < start + length ? 0x20 : (block[at] ?? 0);
  return sum;
}

/** An octal number, or GNU's binary one for what does not fit (first bit set); null where it is neither. */
function number(block: Uint8Array, field: Field): number | null {
  const [start, length] = field;
  if ((block[start] ?? 0) < 0x80) return octal(block, field);
  let value = (block[start] ?? 0) & 0x7f;
  for (let at = start + 1; at < start + length; at += 1) value = value * 256 + (block[at] ?? 0);
  return Number.isSafeInteger(value) ? value : null;
}

function octal(block: Uint8Array, [start, length]: Field): number | null {
  const digits = ascii(block.subarray(start, start + length))
    .replace(/\0.*$/s, '')
    .trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(`0${digits}`, 8) : null;
}

function text(block: Uint8Array, [start, length]: Field): string {
  const end = block.indexOf(0, start);
  return textOfPath(block.subarray(start, end === -1 ? start + length : Math.min(end, start + length)));
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
