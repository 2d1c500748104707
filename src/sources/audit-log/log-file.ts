import type { Position } from '../../model/event.ts';
import type { Gap, InputFacts } from '../../model/observation.ts';

/** Gaps that are told of one input. */
const MAX_GAPS = 1000;

/** Hosts that are told of one input; hostile records name any number. */
const MAX_HOSTS = 1000;

/** What is found out about one input while it is read. */
export class FileFacts {
  readonly name: string;
  /** When it was last written, ms since the epoch; null for a pipe. */
  readonly modified: number | null;
  lines = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  /** Records by type, when it has been read. */
  records: { readonly [type: string]: number } = {};
  /** What its lines showed it to be: `enriched`, `kernel`, `log`, `journal`, `ausearch`, `interpreted`, `auditd`. */
  readonly traits = new Set<string>();
  /** What had to be assumed about its times. */
  assumptions: readonly string[] = [];
  readonly #hosts = new Set<string>();
  readonly #gaps: Gap[] = [];

  constructor(name: string, modified: number | null) {
    this.name = name;
    this.modified = modified;
  }

  addTime(time: number): void {
    if (time < this.first) this.first = time;
    if (time > this.last) this.last = time;
  }

  addHost(host: string): void {
    if (this.#hosts.size < MAX_HOSTS) this.#hosts.add(host);
  }

  addGap(gap: Gap): void {
    if (this.#gaps.length < MAX_GAPS) this.#gaps.push(gap);
  }

  /** `bytes`: as stored, that were read. */
  facts(bytes: number): InputFacts {
    return {
      name: this.name,
      format: this.#format(),
      bytes,
      lines: this.lines,
      records: this.records,
      hosts: [...this.#hosts],
      timeRange: this.first <= this.last ? { first: this.first, last: this.last } : null,
      gaps: this.#gaps,
    };
  }

  #format(): string {
    const is = (trait: string) => this.traits.has(trait);
    const words = [...(is('enriched') ? ['enriched'] : []), ...this.assumptions];
    const kind = is('interpreted')
      ? 'ausearch -i'
      : is('ausearch')
        ? 'ausearch'
        : is('journal')
          ? 'journal'
          : is('log')
            ? 'system log'
            : is('kernel')
              ? 'kernel log'
              : 'audit log';
    return [kind, ...words].join(', ');
  }
}

/** Where the bytes that are being read come from: a file or, of one that is followed, the file since it was replaced. */
export class LogFile {
  readonly facts: FileFacts;
  /** Place in the stream of all files, and number of its line there, at which it begins. */
  readonly #place: number;
  readonly #line: number;
  /** Where reading began in the file itself. */
  readonly #firstLine: number;
  readonly #firstOffset: number;

  constructor(facts: FileFacts, place: number, line: number, firstLine: number, firstOffset: number) {
    this.facts = facts;
    this.#place = place;
    this.#line = line;
    this.#firstLine = firstLine;
    this.#firstOffset = firstOffset;
  }

  get name(): string {
    return this.facts.name;
  }

  /** Number in the file of a line of the stream. */
  lineOf(line: number): number {
    return this.#firstLine + line - this.#line;
  }

  /** Offset in the file of a place in the stream. */
  offsetOf(place: number): number {
    return this.#firstOffset + place - this.#place;
  }

  position(place: number, line: number): Position {
    return { file: this.name, line: this.lineOf(line), offset: this.offsetOf(place) };
  }
}

/** A line in the stream of all files. */
export interface Where {
  readonly file: LogFile;
  readonly place: number;
  readonly line: number;
}

export function positionOf({ file, place, line }: Where): Position {
  return file.position(place, line);
}
