import type { Observation } from '../../model/observation.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import {
  CAPTURE_FORMAT,
  CAPTURE_VERSION,
  type CaptureHeader,
  SHARED_PARTS,
  type SharedPart,
  WHOLE_EVERY,
} from './format.ts';

/** The first line of a capture, without its newline. */
export function encodeHeader({ host, startedAt, tool }: CaptureHeader): string {
  return JSON.stringify({ format: CAPTURE_FORMAT, version: CAPTURE_VERSION, host, startedAt, tool });
}

/** Turns observations into lines of one capture, in order. `via` is left out: the new capture is the carrier. */
export class CaptureEncoder {
  /** JSON of the parts of the snapshot before. */
  #parts = new Map<SharedPart, string>();
  #snapshots = 0;

  /** One line without its newline. */
  encode(observation: Observation): string {
    switch (observation.kind) {
      case 'snapshot':
        return this.#snapshot(observation.snapshot);
      case 'audit':
        return JSON.stringify({ audit: observation.group });
      case 'event':
        return JSON.stringify({ event: observation.event });
      case 'agent':
        return JSON.stringify({ agent: observation.record, time: observation.time });
      case 'skipped':
        return JSON.stringify({ skipped: observation.records, time: observation.time });
      case 'gap':
        return JSON.stringify({ gap: observation.gap, host: observation.host });
      case 'unreadable': {
        const { time, unreadable } = observation;
        return JSON.stringify(time === null ? { unreadable } : { unreadable, time });
      }
    }
  }

  #snapshot(snapshot: Snapshot): string {
    const n = this.#snapshots;
    this.#snapshots += 1;
    const before = n % WHOLE_EVERY === 0 ? NO_PARTS : this.#parts;
    const parts = new Map<SharedPart, string>();
    const members: string[] = [];
    const same: SharedPart[] = [];
    for (const [key, value] of Object.entries(snapshot)) {
      if (value === undefined) continue;
      const text = JSON.stringify(value);
      if (isShared(key)) {
        parts.set(key, text);
        if (before.get(key) === text) {
          same.push(key);
          continue;
        }
      }
      members.push(`${JSON.stringify(key)}:${text}`);
    }
    this.#parts = parts;
    const unchanged = same.length === 0 ? '' : `,"same":${JSON.stringify(same)}`;
    return `{"n":${n},"snapshot":{${members.join(',')}}${unchanged}}`;
  }
}

const NO_PARTS: ReadonlyMap<SharedPart, string> = new Map();

function isShared(key: string): key is SharedPart {
  return (SHARED_PARTS as readonly string[]).includes(key);
}
