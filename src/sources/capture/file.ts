import type { ChainHead, InputSource, Observation } from '../../model/observation.ts';
import type { ByteInput } from '../bytes.ts';
import { readLines } from '../lines.ts';
import type { Seal } from './chain.ts';
import { CaptureDecoder } from './decoder.ts';

/** A snapshot is one line: a host with ten thousand programs and their maps makes one of some megabytes. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Gaps, and hosts, that are told of one capture. */
const MAX_TOLD = 1000;

/** A capture, or events as `query --json` prints them. What it observes names the line that carried it in `via`. */
export function captureSource(input: ByteInput, format: 'capture' | 'events' = 'capture'): InputSource {
  const decoder = new CaptureDecoder(input.name);
  const seen = new Seen();
  let lines = 0;
  return {
    name: input.name,
    progress: () => ({
      name: input.name,
      bytes: input.bytesRead(),
      totalBytes: input.totalBytes,
      lines,
      records: Object.fromEntries(decoder.records),
    }),
    facts: () => [
      {
        name: input.name,
        format: `bpfwitness ${format}`,
        bytes: input.bytesRead(),
        lines,
        records: Object.fromEntries(decoder.records),
        hosts: [...seen.hosts],
        timeRange: seen.first === null ? null : { first: seen.first, last: seen.last ?? seen.first },
        gaps: seen.gaps,
        ...(decoder.head === null ? {} : { chain: chainHead(decoder.head) }),
      },
    ],
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      for await (const batch of readLines(input, MAX_LINE_BYTES, signal)) {
        lines = batch.count;
        const cut = batch.unreadable.map((what): Observation => ({ kind: 'unreadable', time: null, unreadable: what }));
        const observations = [...cut, ...batch.lines.flatMap((line) => decoder.decode(line))];
        for (const observation of observations) seen.note(observation);
        yield observations;
      }
    },
  };
}

function chainHead({ group, sha256, isEnd, signature }: Seal): ChainHead {
  return { algorithm: 'SHA-256', groups: group, head: sha256, isClosed: isEnd, isSigned: signature !== null };
}

/** Hosts and times of what was observed. */
class Seen {
  readonly hosts = new Set<string>();
  readonly gaps: Extract<Observation, { kind: 'gap' }>['gap'][] = [];
  first: number | null = null;
  last: number | null = null;

  note(observation: Observation): void {
    const { time } = observation;
    if (time !== null) {
      this.first = Math.min(this.first ?? time, time);
      this.last = Math.max(this.last ?? time, time);
    }
    const host = hostOf(observation);
    if (host !== null && this.hosts.size < MAX_TOLD) this.hosts.add(host);
    if (observation.kind === 'gap' && this.gaps.length < MAX_TOLD) this.gaps.push(observation.gap);
  }
}

function hostOf(observation: Observation): string | null {
  switch (observation.kind) {
    case 'snapshot':
      return observation.snapshot.host;
    case 'audit':
      return observation.group.node;
    case 'event':
      return observation.event.host;
    case 'gap':
      return observation.host;
    default:
      return null;
  }
}
