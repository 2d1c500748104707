import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, fsyncSync, ftruncateSync, writeSync } from 'node:fs';
import type { Observation } from '../../model/observation.ts';
import { openOutputFile } from '../../system/output-file.ts';
import { safeJsonText } from '../../text/safe-json.ts';
import { errorCode, reasonOf } from '../../text/system-error.ts';
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

export interface CaptureWriter {
  /** Appends observations, one line each; they are in the file when it resolves. Throws `CaptureWriteError`. */
  write(observations: readonly Observation[]): Promise<void>;
  /** Ends the file and waits until the medium has it. Throws `CaptureWriteError`. */
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
 * Starts a capture: a new file, packed when its name ends in `.gz`, or standard output (`-`). A file that holds
 * anything is left alone without `force`: a capture may be evidence. Nothing is written after a failure, which the first `write` and
 * `close` both report.
 */
export function openCaptureWriter(
  path: string,
  header: CaptureHeader,
  options: { readonly force?: boolean } = {},
): CaptureWriter {
  const packer = path.endsWith('.gz') ? new GzipPacker() : null;
  const encoder = new CaptureEncoder();
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
  const append = async (lines: readonly string[]): Promise<void> => {
    const bytes = Buffer.from(safeJsonText(lines.map((line) => `${line}\n`).join('')));
    await sink?.append(packer === null ? bytes : await packer.pack(bytes));
  };

  void inTurn(async () => {
    sink = path === '-' ? stdoutSink() : fileSink(path, options.force ?? false);
    await append([encodeHeader(header)]);
  });
  return {
    write: (observations) =>
      observations.length === 0
        ? Promise.resolve()
        : inTurn(() => append(observations.map((observation) => encoder.encode(observation)))),
    close: async () => {
      try {
        await inTurn(async () => {
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
  if (regular) ftruncateSync(file);
  let size = 0;
  return {
    append: async (bytes) => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        size += bytes.length;
      } catch (error) {
        // A disk that is full takes a part: half a line is taken back.
        if (regular) ftruncateSync(file, size);
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
