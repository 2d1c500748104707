import * as v from 'valibot';
import type { AuditEvent, Position } from '../../model/event.ts';
import type { AuditRecordGroup, Observation, Unreadable } from '../../model/observation.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { hasKeyTwice, KEY_TWICE } from '../../text/json-keys.ts';
import type { Line } from '../line-splitter.ts';
import { unreadable } from '../lines.ts';
import { parseSeal, type Seal } from './chain.ts';
import { CAPTURE_VERSION, type SharedPart } from './format.ts';
import {
  agentShape,
  auditShape,
  eventShape,
  gapShape,
  headerShape,
  shapeFault,
  skippedShape,
  snapshotLineShape,
  timeShape,
  unreadableShape,
} from './shapes.ts';

/** What could not be read of a line, in words for the list of it. */
class LineFault extends Error {}

/** Lines of a capture, or of bare events as `query --json` prints them, in; observations out. */
export class CaptureDecoder {
  readonly #file: string;
  /** Parts of the snapshot before, for lines that name them in `same`. */
  #parts: Partial<Snapshot> = {};
  #snapshots = 0;
  /** False below a header of a version that is not known: its lines may mean something else. */
  #readable = true;
  #head: Seal | null = null;
  readonly records = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  /** The last seal that was read; null for a capture without a chain. */
  get head(): Seal | null {
    return this.#head;
  }

  /** The observations in one line: none in a header, more than one where something of it is lost. Never throws. */
  decode(line: Line): readonly Observation[] {
    if (line.text.trim() === '') return [];
    try {
      const value = parseLine(line.text);
      const found = this.#line(value, line);
      return hasKeyTwice(line.text, value) ? [this.#unread(line, KEY_TWICE), ...found] : found;
    } catch (fault) {
      if (!(fault instanceof LineFault)) throw fault;
      return [this.#unread(line, fault.message)];
    }
  }

  #line(value: ParsedLine, line: Line): readonly Observation[] {
    if ('format' in value) return this.#header(value);
    if (!this.#readable) throw new LineFault('belongs to a capture of a version that is not known');
    const via = { file: this.#file, line: line.line, offset: line.offset };
    if ('chain' in value) return this.#seal(line);
    if ('snapshot' in value) return this.#snapshot(value, line, via);
    if ('audit' in value) {
      const group: AuditRecordGroup = checked(auditShape, value.audit, 'audit');
      this.#count('audit');
      return [{ kind: 'audit', time: group.time, group, via }];
    }
    if ('skipped' in value) {
      const { skipped: records, time } = checked(skippedShape, value, 'skipped');
      this.#count('skipped');
      return [{ kind: 'skipped', time, records, via }];
    }
    if ('agent' in value) {
      const { agent: record, time } = checked(agentShape, value, 'agent');
      this.#count('agent');
      return [{ kind: 'agent', time, record, via }];
    }
    if ('gap' in value) {
      const { gap, host } = checked(gapShape, value, 'gap');
      this.#count('gap');
      return [{ kind: 'gap', time: gap.time, host, gap, via }];
    }
    if ('unreadable' in value) {
      const what: Unreadable = checked(unreadableShape, value.unreadable, 'unreadable');
      this.#count('unreadable');
      const time = v.is(timeShape, value.time) ? value.time : null;
      return [{ kind: 'unreadable', time, unreadable: what }];
    }
    if ('event' in value || 'id' in value) {
      const event: AuditEvent = checked(eventShape, 'event' in value ? value.event : value, 'event');
      this.#count('event');
      return [{ kind: 'event', time: event.time, event, via }];
    }
    throw new LineFault('unknown kind of line');
  }

  /** Captures may stand one after the other in a file: each header starts anew. */
  #header(value: object): readonly Observation[] {
    const header = checked(headerShape, value, 'header');
    this.#parts = {};
    this.#snapshots = 0;
    this.#readable = header.version === CAPTURE_VERSION;
    if (!this.#readable) throw new LineFault(versionFault(header.version));
    return [];
  }

  /** `bpfwitness verify` says whether the group is as it was sealed: here it is only read. */
  #seal(line: Line): readonly Observation[] {
    const seal = parseSeal(line.text);
    if (seal === null) throw new LineFault('is not a seal as captures have them');
    this.#head = seal;
    return [];
  }

  #snapshot(value: object, line: Line, via: Position): readonly Observation[] {
    const { n, snapshot: written, same = [] } = checked(snapshotLineShape, value, 'snapshot');
    const before = n === this.#snapshots ? this.#parts : {};
    const parts: { [part in SharedPart]?: unknown } = {};
    for (const part of same) if (before[part] !== undefined) parts[part] = before[part];
    const snapshot = { ...parts, ...written } as Snapshot;
    this.#parts = snapshot;
    this.#snapshots = n + 1;
    this.#count('snapshot');
    const seen: Observation = { kind: 'snapshot', time: snapshot.time, snapshot, via };
    const lost = same.filter((part) => snapshot[part] === undefined);
    if (lost.length === 0) return [seen];
    return [this.#unread(line, `${lost.join(', ')} are as in a snapshot that could not be read`), seen];
  }

  #unread(line: Line, reason: string): Observation {
    return { kind: 'unreadable', time: null, unreadable: unreadable(this.#file, line, reason, line.text) };
  }

  #count(kind: string): void {
    this.records.set(kind, (this.records.get(kind) ?? 0) + 1);
  }
}

/** The host in the first line of a capture, of which these are the first bytes; null where it cannot be read. */
export function hostOfHeader(head: Uint8Array): string | null {
  const [first = ''] = new TextDecoder().decode(head).split('\n', 1);
  try {
    return checked(headerShape, parseLine(first), 'header').host;
  } catch (fault) {
    if (fault instanceof LineFault) return null;
    throw fault;
  }
}

/** Why a capture of this version is not read. */
export function versionFault(version: number): string {
  return `is a capture of version ${version}; this program reads version ${CAPTURE_VERSION}`;
}

interface ParsedLine {
  readonly [key: string]: unknown;
}

function parseLine(text: string): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LineFault('is not JSON, or is cut off');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new LineFault('is not a JSON object');
  return value as ParsedLine;
}

function checked<S extends v.GenericSchema>(shape: S, value: unknown, kind: string): v.InferOutput<S> {
  const result = v.safeParse(shape, value, { abortEarly: true });
  if (result.success) return result.output;
  throw new LineFault(`${kind} has the wrong shape: ${shapeFault(result.issues)}`);
}
