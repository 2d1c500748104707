import type { Spelling } from '../../normalise/audit/spelling/spelling.ts';
import type { OpenGroup } from './open-group.ts';

/** Records that may still turn up in another spelling: this many of the last, and up to as many again. */
const MIN_RECORDS = 2048;

/** How far apart the two are written down: by the second, on one clock. */
const SAME_MS = 2000;

/** Longest text that is compared: the kernel prints no line of more than 1 KiB whole (LOG_LINE_MAX, printk.c). */
const LONGEST = 4096;

/** Equal records that are looked at: a flood of them must not take time without end. */
const LOOKED_AT = 64;

interface Seen {
  readonly time: number;
  readonly spelling: Spelling;
  /** Further spellings in which it was found. */
  others: readonly Spelling[];
  readonly group: OpenGroup;
}

/**
 * Finds records that one log has twice: journald writes down what the kernel sends it over netlink and what the kernel
 * prints, which is the same where no auditd runs. Only another spelling of the same words, of the same host and time,
 * is the same record: two programs that go within a second make equal lines.
 */
export class Twins {
  #older = new Map<string, Seen[]>();
  #newer = new Map<string, Seen[]>();
  #added = 0;
  /** The first spelling, and whether there was another: without, there are no twins to look for. */
  #first: Spelling | null = null;
  #areSeveral = false;

  /** What a record is found by; null when it is too long to have a twin. */
  keyOf(node: string | null, type: string, body: string): string | null {
    return body.length > LONGEST ? null : `${node ?? ''}\n${type}\n${body.trim()}`;
  }

  /** The event of the record's twin, which is then found for good; null when there is none so far. */
  find(key: string, time: number, spelling: Spelling): OpenGroup | null {
    if (!this.#areSeveral && (this.#first ?? spelling) === spelling) return null;
    return findIn(this.#older.get(key), time, spelling) ?? findIn(this.#newer.get(key), time, spelling);
  }

  /** Notes a record that has no twin so far. */
  add(key: string, time: number, spelling: Spelling, group: OpenGroup): void {
    if (this.#added >= MIN_RECORDS) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#added = 0;
    }
    this.#added += 1;
    this.#first ??= spelling;
    this.#areSeveral ||= spelling !== this.#first;
    const seen: Seen = { time, spelling, others: NONE, group };
    const equal = this.#newer.get(key);
    if (equal === undefined) this.#newer.set(key, [seen]);
    else equal.push(seen);
  }
}

function findIn(equal: readonly Seen[] | undefined, time: number, spelling: Spelling): OpenGroup | null {
  if (equal === undefined) return null;
  for (let index = Math.max(0, equal.length - LOOKED_AT); index < equal.length; index += 1) {
    const seen = equal[index];
    if (seen === undefined || seen.spelling === spelling || seen.others.includes(spelling)) continue;
    if (Math.abs(seen.time - time) > SAME_MS) continue;
    seen.others = [...seen.others, spelling];
    return seen.group;
  }
  return null;
}

const NONE: readonly Spelling[] = [];
