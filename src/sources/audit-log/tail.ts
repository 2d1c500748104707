import { performance } from 'node:perf_hooks';
import type { Observation, Source } from '../../model/observation.ts';
import { MAX_LINE_BYTES, toBatch, unreadable } from '../lines.ts';
import { pause } from '../pause.ts';
import { AuditDecoder } from './decoder.ts';
import { FollowedFile, inodeOf } from './followed-file.ts';

export interface TailOptions {
  /** How often the file is looked at, ms. */
  readonly pollMs?: number;
  /** An event that has not grown for so long is over, ms. */
  readonly quietMs?: number;
}

/** Rotated files looked through for the one we were reading: as many as auditd keeps at most (`num_logs`). */
const MAX_ROTATED = 999;

/**
 * An audit log that is being written, from its end on; from its start when it does not exist yet. Survives rotation
 * (also several between two looks) and truncation. Throws `SourceError` when the log is there and cannot be read.
 *
 * A live log may fall silent, so an event is also closed when it has not grown for `quietMs` of real time. That gives
 * the events that a later reading of the file gives, because the kernel queues all records of an event together
 * (`audit_log_exit`, kernel/auditsc.c) and auditd writes each as it comes: no event pauses for that long.
 */
export function tailAuditLog(path: string, options: TailOptions = {}): Source {
  const { pollMs = 250, quietMs = 300 } = options;
  const decoder = new AuditDecoder(path);
  let bytes = 0;
  let lines = 0;

  const decode = (file: FollowedFile, chunk: Uint8Array | null): Observation[] => {
    const { splitter } = file;
    const found = chunk === null ? splitter.end() : splitter.push(chunk);
    bytes += chunk?.length ?? 0;
    lines += found.length;
    return decoder.decode(toBatch(splitter, found, path, MAX_LINE_BYTES), performance.now());
  };

  return {
    name: path,
    progress: () => ({ name: path, bytes, totalBytes: null, lines, records: decoder.records() }),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      let file = await FollowedFile.open(path, 'end');
      let waiting: FollowedFile[] = [];
      try {
        // Says that we are listening: what is written from now on will be seen.
        yield [];
        while (!signal.aborted) {
          file ??= await FollowedFile.open(path, 'start');
          const chunk = file === null ? null : await file.read();
          if (file !== null && chunk !== null && chunk.length > 0) {
            yield decode(file, chunk);
            continue;
          }
          const quiet = decoder.closeQuiet(performance.now() - quietMs);
          if (quiet.length > 0) yield quiet;
          if (file !== null) {
            if (waiting.length === 0) waiting = await filesAfter(file, path);
            const next = waiting.shift();
            if (next !== undefined) {
              // What was written between the last read and the rotation.
              for (let rest = await file.read(); rest.length > 0; rest = await file.read()) yield decode(file, rest);
              yield decode(file, null);
              await file.close();
              file = next;
              continue;
            }
            if (await file.restartIfTruncated()) {
              const reason = 'log was truncated: records written since the last look are lost';
              yield [
                { kind: 'unreadable', time: null, unreadable: unreadable(path, { line: 1, offset: 0 }, reason, '') },
              ];
              continue;
            }
          }
          // An event that waits to fall silent is given as soon as it has.
          await pause(decoder.open > 0 ? Math.min(pollMs, quietMs / 3) : pollMs, signal);
        }
        yield decoder.end();
      } finally {
        await file?.close();
        for (const next of waiting) await next.close();
      }
    },
  };
}

/**
 * The files to read once `file` is done: none while it still is the log; else, oldest first, those that took its
 * place. Rotation renames audit.log to audit.log.1 and so on, so what came between stands below our old file's number.
 */
async function filesAfter(file: FollowedFile, path: string): Promise<FollowedFile[]> {
  const current = await inodeOf(path);
  // Between the rename and the new file there is no log for a moment.
  if (current === null || file.is(current)) return [];
  const between: string[] = [];
  for (let number = 1; number <= MAX_ROTATED; number += 1) {
    const inode = await inodeOf(`${path}.${number}`);
    if (inode !== null && file.is(inode)) break;
    if (inode === null) {
      between.length = 0;
      break;
    }
    between.unshift(`${path}.${number}`);
  }
  const files: FollowedFile[] = [];
  for (const each of [...between, path]) {
    const opened = await FollowedFile.open(each, 'start');
    if (opened !== null) files.push(opened);
  }
  return files;
}
