import { type InputSource, type Observation, SourceError } from '../model/observation.ts';
import { agentSource } from './agents/detect.ts';
import { auditLogSource } from './audit-log/file.ts';
import { headBehindBlanks } from './blank-start.ts';
import { type ByteInput, pipeInput } from './bytes.ts';
import { captureSource } from './capture/file.ts';
import { BLANK, DETECT_BYTES, detectFormat, NOT_RECOGNISED } from './detect.ts';
import { followInput } from './follow.ts';
import { mergeArrivals } from './merge-live.ts';
import type { InputSet, OpenOptions } from './open.ts';
import { pause } from './pause.ts';

/** How often a file that is empty, or not there yet, is looked at, ms. */
const POLL_MS = 250;

/**
 * Files that grow, as one source in order of arrival: each is read from its start and on, as `tail -F` does, until the
 * signal is aborted; `-` until it ends. A file that is not there yet is waited for. What a file is shows in its first
 * line; one that is not known, or cannot grow (an archive, bpftool's output), ends as an unreadable, and as a
 * `SourceError` when it was the only one.
 */
export function openFollowed(paths: readonly string[], options: OpenOptions = {}): InputSet {
  const inputs = paths.map((path) => followed(path, options.stdin ?? (() => process.stdin)));
  return {
    ...mergeArrivals(paths.join(' '), inputs),
    inputs,
    isAll: true,
    grown: () => [],
    facts: () => inputs.flatMap((input) => input.facts()),
  };
}

function followed(path: string, stdin: () => AsyncIterable<Uint8Array>): InputSource {
  const input = path === '-' ? pipeInput('-', stdin) : followInput(path);
  let source: InputSource | null = null;
  return {
    name: path,
    progress: () => source?.progress() ?? { name: path, bytes: 0, totalBytes: null, lines: 0, records: {} },
    facts: () => source?.facts() ?? [],
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      // Says that nothing written from now on will be missed: the file is read from its start.
      yield [];
      source = await sourceOf(input, signal);
      if (source !== null) yield* source.observations(signal);
    },
  };
}

/** What is in the file, once it has a line that tells; null when the wait was ended. */
async function sourceOf(input: ByteInput, signal: AbortSignal): Promise<InputSource | null> {
  for (let wanted = 1; !signal.aborted; ) {
    const head = await (input.name === '-' ? input.head(wanted) : headBehindBlanks(input, DETECT_BYTES, signal));
    const detected = detectFormat(head);
    if (detected.format === 'audit') return auditLogSource([input]);
    if (detected.format === 'agent') return agentSource(input, detected.agent);
    if (detected.format === 'capture' || detected.format === 'events') return captureSource(input, detected.format);
    if (!('reason' in detected)) throw new SourceError('input', `${input.name}: ${detected.format} does not grow`);
    const ended = input.name === '-' && head.length < wanted;
    // Its first line may still be on the way.
    const told = head.length >= DETECT_BYTES || head.includes(0x0a) || detected.reason !== NOT_RECOGNISED;
    if (ended || (told && detected.format === 'unknown' && detected !== BLANK)) {
      throw new SourceError('input', `${input.name}: ${detected.reason}`);
    }
    wanted = head.length + 1;
    if (input.name !== '-') await pause(POLL_MS, signal);
  }
  return null;
}
