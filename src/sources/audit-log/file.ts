import { performance } from 'node:perf_hooks';
import { type InputSource, type Observation, SourceError } from '../../model/observation.ts';
import { reasonOf } from '../../text/system-error.ts';
import type { ByteInput } from '../bytes.ts';
import { asFollowed } from '../follow.ts';
import { unreadable } from '../lines.ts';
import { ReadFault } from '../read-fault.ts';
import { FileFacts } from './log-file.ts';
import { AuditScanner } from './scanner.ts';

/** An event of a log that is being written is over when it has not grown for so long, ms. */
const QUIET_MS = 300;

/**
 * Audit logs that were written before, in any spelling: raw or enriched, with or without `node=`, a kernel log, a
 * journal, what ausearch printed. Several inputs are a rotated set, oldest first, and read as one log: an event whose
 * records lie in two of them is one event. One of several that cannot be read is an unreadable.
 *
 * One that is followed (follow.ts) may fall silent, so there an event is also closed when it has not grown for `quietMs`
 * of real time. That gives the events that a later reading of the file gives, because the kernel queues all records of
 * an event together (`audit_log_exit`, kernel/auditsc.c) and auditd writes each as it comes: none pauses for that long.
 */
export function auditLogSource(inputs: readonly ByteInput[], quietMs: number = QUIET_MS): InputSource {
  const name = inputs.map((input) => input.name).join(' ');
  const facts = inputs.map((input) => new FileFacts(input.name, lastWritten(input)));
  const scanner = new AuditScanner(facts[0] ?? new FileFacts(name, null));
  return {
    name,
    progress: () => ({
      name,
      bytes: inputs.reduce((sum, input) => sum + input.bytesRead(), 0),
      totalBytes: inputs.reduce<number | null>(
        (sum, { totalBytes }) => (sum === null || totalBytes === null ? null : sum + totalBytes),
        0,
      ),
      lines: facts.reduce((sum, { lines }) => sum + lines, 0),
      records: scanner.types.inAll(),
    }),
    facts: () => facts.map((each, index) => each.facts(inputs[index]?.bytesRead() ?? 0)),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      for (const [index, input] of inputs.entries()) {
        const about = facts[index];
        if (about === undefined || signal.aborted) break;
        if (index > 0) scanner.beginFile(about, 1, 0);
        try {
          yield* readInput(input, about, scanner, quietMs, signal);
        } catch (error) {
          if (!(error instanceof SourceError) || inputs.length === 1) throw error;
          yield [unread(input.name, reasonOf(error.cause ?? error))];
        }
      }
      yield scanner.end();
    },
  };
}

async function* readInput(
  input: ByteInput,
  facts: FileFacts,
  scanner: AuditScanner,
  quietMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Observation[]> {
  const followed = asFollowed(input);
  let segment = 1;
  try {
    for await (const chunk of input.chunks(signal)) {
      if (signal.aborted) return;
      if (followed === null) {
        yield scanner.push(chunk, 0);
        continue;
      }
      const { number, start, loss } = followed.segment();
      if (number !== segment) {
        segment = number;
        yield scanner.endFile();
        scanner.beginFile(facts, start.line, start.offset);
        if (loss !== null) yield [unread(input.name, loss, start)];
      }
      const now = performance.now();
      if (chunk.length > 0) yield scanner.push(chunk, now);
      else yield scanner.closeQuiet(now - quietMs);
    }
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    const found = scanner.endFile();
    yield [...found, unread(input.name, error.message, scanner.position)];
    return;
  }
  if (followed === null) yield scanner.endFile();
}

function unread(file: string, reason: string, at?: { readonly line: number; readonly offset: number }): Observation {
  const what = at === undefined ? { at: { file }, reason, text: '' } : unreadable(file, at, reason, '');
  return { kind: 'unreadable', time: null, unreadable: what };
}

/** When it was last written, ms: a pipe is being written now. A journal's lines without a year are of that time. */
function lastWritten({ modified, totalBytes }: ByteInput): number | null {
  return modified ?? (totalBytes === null ? Date.now() : null);
}
