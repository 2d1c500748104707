import { type ByteInput, type StoredPlace, storedInput } from '../bytes.ts';
import { ReadFault } from '../read-fault.ts';
import type { Spool } from './spool.ts';
import { readTarHeader, TAR_BLOCK } from './tar-header.ts';
import { type TarBytes, type TarMember, tarMembers } from './tar-members.ts';

/** A file in an archive: to be read, or not, and then why. */
export type ArchiveFile =
  | { readonly name: string; readonly input: ByteInput }
  | ({ readonly name: string; readonly input: null } & NotRead)
  /** Something of the archive itself that could not be read; more files follow. */
  | { readonly damage: string };

/** Bytes of a member that are shown to {@link Unwanted}. */
const HEAD = 64 * 1024;

/** Why a member of an archive is not read. */
export interface NotRead {
  readonly reason: string;
  /** True where it may hold what is to be read: it is listed as unreadable then. */
  readonly refused?: boolean;
}

/**
 * Why a member is not to be kept, by its name in the archive and the first of its bytes; null when it is. `all` gives
 * the bytes from the first on, of a member that is not kept then.
 */
export type Unwanted = (
  name: string,
  head: Uint8Array,
  all: () => AsyncIterable<Uint8Array>,
) => Promise<NotRead | null>;

/**
 * The files in a tar archive, `ARCHIVE!PATH` by name. In one that is not packed each is read where it lies. One that is
 * packed can only be read from its start to its end: of its files, those that are not unwanted are kept in `spool`.
 * Throws `ReadFault` after the last good file where the archive is damaged.
 */
export async function* archiveFiles(
  input: ByteInput,
  unwanted: Unwanted,
  spool: Spool,
  signal: AbortSignal,
): AsyncGenerator<ArchiveFile> {
  const { place } = input;
  if (place !== undefined && (await isPlainTar(place))) yield* filesInPlace(input, place);
  else yield* filesOnTheWay(input, unwanted, spool, signal);
}

async function* filesInPlace(input: ByteInput, place: StoredPlace): AsyncGenerator<ArchiveFile> {
  const bytes = new PlacedBytes(place, input.totalBytes ?? 0);
  for await (const member of tarMembers(bytes)) {
    if ('damage' in member) {
      yield member;
      continue;
    }
    const name = nameIn(input, member);
    if ('reason' in member) yield { ...member, name, input: null };
    else {
      const start = place.start + bytes.position;
      const end = start + Math.min(member.size, bytes.left);
      const modified = member.modified;
      const cut = member.size > bytes.left ? { fault: 'the archive ends inside it' } : {};
      yield { name, input: storedInput(name, { store: place.store, start, end }, { modified, ...cut }) };
    }
  }
}

async function* filesOnTheWay(
  input: ByteInput,
  unwanted: Unwanted,
  spool: Spool,
  signal: AbortSignal,
): AsyncGenerator<ArchiveFile> {
  const bytes = new StreamedBytes(input.chunks(signal));
  try {
    for await (const member of tarMembers(bytes)) {
      if (signal.aborted) return;
      if ('damage' in member) {
        yield member;
        continue;
      }
      const name = nameIn(input, member);
      if ('reason' in member) yield { ...member, name, input: null };
      else yield await keptFile(name, member, bytes, unwanted, spool);
    }
  } finally {
    await bytes.close();
  }
}

/** Keeps a member, if it is wanted. */
async function keptFile(
  name: string,
  member: TarMember,
  bytes: StreamedBytes,
  unwanted: Unwanted,
  spool: Spool,
): Promise<ArchiveFile> {
  const head = (await bytes.take(Math.min(HEAD, member.size))).slice();
  const notRead = await unwanted(member.name, head, () => bytes.with(head, member.size));
  if (notRead !== null) return { name, input: null, ...notRead };
  const { place, fault } = await spool.keep(bytes.with(head, member.size));
  const cut = fault === null ? {} : { fault };
  return { name, input: storedInput(name, place, { modified: member.modified, ...cut }) };
}

/** `./a/b` is `a/b`: tar keeps what it was told to pack. */
function nameIn(archive: ByteInput, member: { readonly name: string }): string {
  return `${archive.name}!${member.name.replace(/^(?:\.?\/)+/, '')}`;
}

async function isPlainTar(place: StoredPlace): Promise<boolean> {
  return readTarHeader(await bytesAt(place, place.start, TAR_BLOCK)) !== null;
}

async function bytesAt({ store, end }: StoredPlace, start: number, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of store.chunks(start, Math.min(end, start + count))) parts.push(chunk.slice());
  return Buffer.concat(parts);
}

/** Bytes of an archive that are read at once, where it lies, for the headers in them: many members may be empty. */
const WINDOW = 64 * 1024;

/** So many zeros are compared at once. */
const ZEROS = Buffer.alloc(64 * 1024);

/** The number of zeros that a chunk begins with. */
function zerosIn(chunk: Uint8Array): number {
  let at = 0;
  while (at < chunk.length && ZEROS.subarray(0, chunk.length - at).equals(chunk.subarray(at, at + ZEROS.length))) {
    at += ZEROS.length;
  }
  if (at >= chunk.length) return chunk.length;
  return at + chunk.subarray(at).findIndex((byte) => byte !== 0);
}

/** An archive that lies somewhere: what is passed over is not read. */
class PlacedBytes implements TarBytes {
  position = 0;
  readonly #place: StoredPlace;
  readonly #size: number;
  /** What was read last, and where it begins. */
  #window: Uint8Array = new Uint8Array();
  #windowStart = 0;

  constructor(place: StoredPlace, size: number) {
    this.#place = place;
    this.#size = size;
  }

  get left(): number {
    return this.#size - this.position;
  }

  async take(count: number): Promise<Uint8Array> {
    const bytes = (await this.#next(count)).subarray(0, count);
    this.position += bytes.length;
    return bytes;
  }

  async skip(count: number): Promise<void> {
    this.position += Math.min(count, this.left);
  }

  async skipZeroBlocks(limit: number): Promise<void> {
    const { store, start, end } = this.#place;
    const next = await this.#next(TAR_BLOCK);
    let zeros = zerosIn(next);
    if (zeros === next.length) {
      const from = start + this.position;
      for await (const chunk of store.chunks(from + zeros, Math.min(end, start + this.#size, from + limit))) {
        const found = zerosIn(chunk);
        zeros += found;
        if (found < chunk.length) break;
      }
    }
    this.position += zeros - (zeros % TAR_BLOCK);
  }

  /** The next bytes, `count` at least where there are so many. */
  async #next(count: number): Promise<Uint8Array> {
    const at = this.position - this.#windowStart;
    if (at >= 0 && at + count <= this.#window.length) return this.#window.subarray(at);
    const wanted = Math.min(Math.max(count, WINDOW), this.left);
    this.#window = await bytesAt(this.#place, this.#place.start + this.position, wanted);
    this.#windowStart = this.position;
    return this.#window;
  }
}

/** An archive that comes in chunks. */
class StreamedBytes implements TarBytes {
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** What came and was not taken yet. */
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.#chunks = chunks;
  }

  async take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const piece of this.#pieces(count)) parts.push(piece.slice());
    return Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for await (const _ of this.#pieces(count));
  }

  async skipZeroBlocks(limit: number): Promise<void> {
    let zeros = 0;
    while (zeros < limit) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) break;
        this.#rest = next.value;
      }
      const found = zerosIn(this.#rest);
      zeros += found;
      this.#rest = this.#rest.subarray(found);
      if (this.#rest.length > 0) break;
    }
    // What is less than a block belongs to what follows.
    const part = zeros % TAR_BLOCK;
    this.position += zeros - part;
    if (part > 0) this.#rest = Buffer.concat([Buffer.alloc(part), this.#rest]);
  }

  /** `head`, which was taken before, and what follows it, `size` bytes together. */
  async *with(head: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    const end = this.position - head.length + size;
    if (head.length > 0) yield head;
    yield* this.#pieces(end - this.position);
    if (this.position < end) throw new ReadFault('the archive ends inside it');
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async *#pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      this.position += piece.length;
      left -= piece.length;
      yield piece;
    }
  }
}
