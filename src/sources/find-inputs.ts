import { type Progress, SourceError, type Unreadable } from '../model/observation.ts';
import { append } from '../text/lists.ts';
import { reasonOf } from '../text/system-error.ts';
import { archiveFiles, type Unwanted } from './archive/archive.ts';
import type { Spool } from './archive/spool.ts';
import { OpenFiles } from './byte-store.ts';
import { type ByteInput, memoryInput, openBytes, pipeInput } from './bytes.ts';
import { mayTell } from './collection/layout.ts';
import { type Detected, NOT_RECOGNISED } from './detect.ts';
import type { InputHashes } from './input-hashes.ts';
import { listFiles, type PassedOver } from './list-files.ts';
import { ReadFault } from './read-fault.ts';
import { startOfLog } from './rotated-set.ts';
import { reasonToDrop, tellInput } from './tell-input.ts';

/** What to read: a path, `-`, or bytes that are at hand under a name. */
export type InputSpec = string | { readonly name: string; readonly bytes: Uint8Array };

/** A file that is to be read, and what it is. */
export interface FoundInput {
  readonly name: string;
  readonly input: ByteInput;
  readonly detected: Detected;
  /** Time of the first audit record, ms; null where there is none. */
  readonly start: number | null;
}

/** An archive, and the number of files in it. */
export interface FoundArchive {
  readonly name: string;
  readonly input: ByteInput;
  readonly bytes: number;
  readonly files: number;
}

/** What a file that was named could have been. */
const NONE = "neither an audit log, nor a capture, nor events, nor an agent's JSON, nor bpftool output";

/** Archives within archives that are looked into. */
const MAX_NESTED = 3;

/** Files that are read at the most: what is found out about each is kept in memory. */
const MAX_INPUTS = 50_000;

/** Files of archives that are looked at: a gigabyte of empty ones packs to a megabyte. */
const MAX_MEMBERS = 100_000;

/**
 * Finds what there is to be read: files, those in folders and those in archives. What a folder or an archive holds was
 * not named, so that what is not ours there is passed over; a file that was named and is not known is unreadable.
 */
export class InputFinder {
  readonly inputs: FoundInput[] = [];
  readonly archives: FoundArchive[] = [];
  readonly passedOver: PassedOver[] = [];
  readonly unreadable: Unreadable[] = [];
  /** Every name, in the order in which they were found. */
  readonly names = new Set<string>();
  /** Named files without a byte. */
  empty = 0;
  /** What was given, or lies in a folder that was: the same path twice is read once. */
  readonly #paths = new Set<string>();
  /** How often a name came, where that is more than once. */
  readonly #again = new Map<string, number>();
  #members = 0;
  readonly #files = new OpenFiles();
  readonly #spool: Spool;
  readonly #signal: AbortSignal;
  readonly #onArchive: (progress: () => Progress) => void;
  readonly #hashes: InputHashes | null;

  /** `onArchive` is called as a named archive is opened: one that is packed is read to its end here. */
  constructor(
    spool: Spool,
    signal: AbortSignal,
    onArchive: (progress: () => Progress) => void,
    hashes: InputHashes | null,
  ) {
    this.#spool = spool;
    this.#signal = signal;
    this.#onArchive = onArchive;
    this.#hashes = hashes;
  }

  async find(spec: InputSpec, stdin: () => AsyncIterable<Uint8Array>): Promise<void> {
    if (typeof spec !== 'string') return this.#path(spec.name, () => memoryInput(spec.name, spec.bytes), true);
    if (spec === '-')
      return this.#path('-', () => pipeInput('-', () => this.#hashes?.tap('-', stdin()) ?? stdin()), true);
    const list = await listFiles(spec);
    append(this.unreadable, list.unreadable);
    append(this.passedOver, list.passedOver);
    for (const path of list.files) {
      if (this.#signal.aborted) return;
      const options = { files: this.#files, tap: this.#hashes?.tap, isInFolder: list.folder };
      await this.#path(path, () => openBytes(path, options), !list.folder);
    }
  }

  async #path(path: string, open: () => ByteInput | Promise<ByteInput>, named: boolean): Promise<void> {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    await this.#file(path, open, named, 0);
  }

  async #file(path: string, open: () => ByteInput | Promise<ByteInput>, named: boolean, nested: number): Promise<void> {
    const name = this.#nameFor(path);
    if (this.inputs.length >= MAX_INPUTS) return this.#refuse(name, `not read: more than ${MAX_INPUTS} files of use`);
    try {
      const opened = await open();
      const input = name === path ? opened : { ...opened, name };
      const { detected, head, refused } = await tellInput(input, path, this.#signal);
      if (detected.format === 'archive' && nested < MAX_NESTED) await this.#archive(input, nested);
      else if (detected.format === 'archive') this.#refuse(name, `an archive more than ${MAX_NESTED} archives deep`);
      else if (!('reason' in detected) || (!named && !refused && mayTell(path))) this.#found(input, detected, head);
      else if (!named && !refused) this.passedOver.push({ name, reason: detected.reason });
      else {
        this.#refuse(name, detected.reason === NOT_RECOGNISED ? `${NOT_RECOGNISED}: ${NONE}` : detected.reason);
        if (detected.format === 'empty') this.empty += 1;
      }
    } catch (error) {
      if (error instanceof ReadFault) this.#refuse(name, error.message);
      else if (error instanceof SourceError) this.#refuse(name, reasonOf(error.cause ?? error));
      else throw error;
    }
  }

  /** An archive may hold several files of one name, of which unpacking would leave the last: here none is dropped. */
  #nameFor(path: string): string {
    let name = path;
    while (this.names.has(name)) {
      const times = (this.#again.get(path) ?? 1) + 1;
      this.#again.set(path, times);
      name = `${path} (${times})`;
    }
    this.names.add(name);
    return name;
  }

  #found(input: ByteInput, detected: Detected, head: Uint8Array): void {
    const start = detected.format === 'audit' ? startOfLog(new TextDecoder('latin1').decode(head)) : null;
    this.inputs.push({ name: input.name, input, detected, start });
  }

  async #archive(archive: ByteInput, nested: number): Promise<void> {
    let files = 0;
    const { name, totalBytes } = archive;
    if (nested === 0) this.#onArchive(() => ({ name, bytes: archive.bytesRead(), totalBytes, lines: 0, records: {} }));
    const unwanted: Unwanted = (member, head, all) => reasonToDrop(member, head, all, this.#signal);
    try {
      for await (const file of archiveFiles(archive, unwanted, this.#spool, this.#signal)) {
        if (this.#members >= MAX_MEMBERS) {
          this.#refuse(archive.name, `not read to its end: more than ${MAX_MEMBERS} files in archives`);
          break;
        }
        if ('damage' in file) {
          this.#refuse(archive.name, file.damage);
          continue;
        }
        files += 1;
        this.#members += 1;
        const { input } = file;
        if (input === null) {
          this.names.add(file.name);
          if (file.refused === true) this.#refuse(file.name, file.reason);
          else this.passedOver.push({ name: file.name, reason: file.reason });
        } else await this.#file(file.name, () => input, false, nested + 1);
      }
    } catch (error) {
      if (!(error instanceof ReadFault)) throw error;
      this.#refuse(archive.name, error.message);
    }
    this.archives.push({ name: archive.name, input: archive, bytes: archive.bytesRead(), files });
  }

  #refuse(file: string, reason: string): void {
    this.unreadable.push({ at: { file }, reason, text: '' });
  }
}
