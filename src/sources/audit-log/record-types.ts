import { canBecomeEvent } from '../../normalise/audit/relevance.ts';
import { isKnownType, recordTypeName } from '../../normalise/audit/types.ts';
import { ByteNames } from './byte-names.ts';

/** Records of one type. */
export interface Counter {
  readonly name: string;
  /** In the file that is being read. */
  inFile: number;
  /** In events that are being let go. */
  skipped: number;
}

/** A type as it was written. */
export interface RecordType {
  /** `BPF`, `1334`, `UNKNOWN[1334]`. */
  readonly written: string;
  /** `BPF`. */
  readonly name: string;
  /** Whether a record of it can be an event of ours by itself. */
  readonly matters: boolean;
  readonly isSyscall: boolean;
  /** Shared by all that are written differently and mean the same. */
  readonly counter: Counter;
}

/** There are 250 types. Past these, hostile input is making them up, and they are counted together. */
const MAX_TYPES = 1000;
const OTHER_TYPES = 'other types';

/** The types of the records of a log, and how many there are of each. */
export class RecordTypes {
  #counters = new Map<string, Counter>();
  #finished = new Map<string, number>();
  #written = new Map<string, RecordType>();
  readonly #byBytes = new ByteNames((written) => this.of(written));

  /** The type whose name stands in `bytes` from `from` to `to`, exclusive. */
  at(bytes: Uint8Array, from: number, to: number): RecordType {
    return this.#byBytes.get(bytes, from, to);
  }

  of(written: string): RecordType {
    const known = this.#written.get(written);
    if (known !== undefined) return known;
    const name = recordTypeName(written);
    const type = {
      written,
      name,
      matters: canBecomeEvent(name),
      isSyscall: name === 'SYSCALL',
      counter: this.counter(name),
    };
    if (this.#written.size >= MAX_TYPES) this.#written.clear();
    this.#written.set(written, type);
    return type;
  }

  /** Counts what is not a record too, under words that are no type: `other lines`. */
  counter(name: string): Counter {
    const known = this.#counters.get(name);
    if (known !== undefined) return known;
    if (this.#counters.size >= MAX_TYPES && !isKnownType(name) && name !== OTHER_TYPES)
      return this.counter(OTHER_TYPES);
    const counter: Counter = { name, inFile: 0, skipped: 0 };
    this.#counters.set(name, counter);
    return counter;
  }

  /** Records of all files so far, by type. */
  inAll(): { readonly [type: string]: number } {
    const all = new Map(this.#finished);
    for (const { name, inFile } of this.#counters.values()) add(all, name, inFile);
    return Object.fromEntries(all);
  }

  /** Gives the records of the file that was read, by type; another begins. */
  nextFile(): { readonly [type: string]: number } {
    const found = new Map<string, number>();
    for (const counter of this.#counters.values()) {
      add(found, counter.name, counter.inFile);
      add(this.#finished, counter.name, counter.inFile);
      counter.inFile = 0;
    }
    return Object.fromEntries(found);
  }
}

function add(to: Map<string, number>, name: string, count: number): void {
  if (count > 0) to.set(name, (to.get(name) ?? 0) + count);
}
