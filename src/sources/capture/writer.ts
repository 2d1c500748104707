import { Buffer } from 'node:buffer';
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, writeSync } from 'node:fs';
import type { Observation } from '../../model/observation.ts';
import { isStandardOutput, openOutputFile, ownDescriptor } from '../../system/output-file.ts';
import { safeJsonText } from '../../text/safe-json.ts';
import { errorCode, reasonOf } from '../../text/system-error.ts';
import { type Seal, Sealer, type Sign } from './chain.ts';
import { CaptureEncoder, encodeHeader } from './encoder.ts';
import type { CaptureHeader } from './format.ts';
import { GzipPacker } from './gzip-packer.ts';

/** A capture could not be written. What was written before is whole lines, as far as the medium allows. */
export class CaptureWriteError extends Error {
  readonly path: string;
  /** `ENOSPC`, or null when it is no system error. */
  readonly code: string | null;

  constructor(path: string, cause: unknown) {
    super(`cannot write ${path}: ${reasonOf(cause)}`, { cause });
    this.name = 'CaptureWriteError';
    this.path = path;
    this.code = errorCode(cause);
  }
}

export interface CaptureOptions {
  /** Whether a file that holds something is replaced. */
  readonly force?: boolean;
  /** Signs each seal. */
  readonly sign?: Sign;
  readonly now: () => number;
}

export interface CaptureWriter {
  /**
   * Appends observations, one line each, and the seal of all of them (chain.ts); the medium has them when it resolves.
   * Throws `CaptureWriteError`.
   */
  write(observations: readonly Observation[]): Promise<void>;
  /** The seal of what was written last; null before anything was. */
  head(): Seal | null;
  /** Ends the file with a seal that says so, and waits until the medium has it. Throws `CaptureWriteError`. */
  close(): Promise<void>;
}

/** Where whole pieces of a capture go. */
interface Sink {
  /** Appends all of it, or what it appended of it is taken back. */
  append(bytes: Uint8Array): Promise<void>;
  /** Waits until the medium has it. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a capture: a new file, packed when its name ends in `.gz`, or standard output (`-` and its other names). A file that holds
 * anything is left alone without `force`: a capture may be evidence. Nothing is written after a failure, which the first `write` and
 * `close` both report.
 */
export function openCaptureWriter(path: string, header: CaptureHeader, options: CaptureOptions): CaptureWriter {
  const packer = path.endsWith('.gz') ? new GzipPacker() : null;
  const encoder = new CaptureEncoder();
  const sealer = new Sealer(options.sign ?? null);
  let written: Seal | null = null;
  let sink: Sink | null = null;
  let failed: CaptureWriteError | null = null;
  let queue = Promise.resolve();

  // One after the other, whoever calls: lines must not mix.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = queue.then(async () => {
      if (failed !== null) throw failed;
      try {
        await work();
      } catch (error) {
        failed = new CaptureWriteError(path, error);
        throw failed;
      }
    });
    queue = done.catch(() => undefined);
    return done;
  };
  const append = async (lines: readonly string[], isEnd = false): Promise<void> => {
    const group = Buffer.from(safeJsonText(lines.map((line) => `${line}\n`).join('')));
    const seal = sealer.seal(group, lines.length, options.now(), isEnd);
    const bytes = Buffer.concat([group, Buffer.from(seal)]);
    await sink?.append(packer === null ? bytes : await packer.pack(bytes));
    written = sealer.head;
  };

  void inTurn(async () => {
    sink = isStandardOutput(path) ? stdoutSink() : fileSink(path, options.force ?? false);
    await append([encodeHeader(header)]);
  });
  return {
    write: (observations) =>
      observations.length === 0
        ? Promise.resolve()
        : inTurn(() => append(observations.map((observation) => encoder.encode(observation)))),
    head: () => written,
    close: async () => {
      try {
        await inTurn(async () => {
          await append([], true);
          if (packer !== null) await sink?.append(await packer.end());
          await sink?.finish();
        });
      } finally {
        await sink?.close();
      }
    },
  };
}

function fileSink(path: string, force: boolean): Sink {
  const file = openOutputFile(path, { mayHoldData: force });
  const regular = fstatSync(file).isFile();
  // What is in a file that we were given open is not ours, and others may be adding to it.
  const isOurs = regular && ownDescriptor(path) === null;
  if (isOurs) ftruncateSync(file);
  let size = 0;
  return {
    append: async (bytes) => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        if (regular) fdatasyncSync(file);
        size += bytes.length;
      } catch (error) {
        // A disk that is full takes a part: half a line is taken back.
        if (isOurs) ftruncateSync(file, size);
        throw error;
      }
    },
    finish: async () => {
      if (regular) fsyncSync(file);
    },
    close: async () => closeSync(file),
  };
}

function stdoutSink(): Sink {
  // The callback of `write` has the error, too; without a listener it would end the process.
  const heard = (): void => {};
  process.stdout.on('error', heard);
  return {
    append: (bytes) =>
      new Promise((resolve, reject) => {
        process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    finish: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
