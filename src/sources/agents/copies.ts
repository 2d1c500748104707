import { auditBody } from '../../normalise/audit/header.ts';
import { recordTypeName } from '../../normalise/audit/types.ts';
import type { CarriedRecord } from './carried.ts';

/** Records remembered: both copies are written within moments. */
const REMEMBERED = 8192;

/**
 * Where no auditd runs, the kernel prints each audit record and sends it to journald too, and one journal has both.
 * Tells the second of two.
 */
export class Copies {
  /** Whether it was a printed one, by event, type and body. */
  #seen = new Map<string, boolean>();

  /** True for a record that came the other way before. */
  isCopy({ type, time, serial, text }: CarriedRecord, printed: boolean): boolean {
    const key = `${time}:${serial ?? ''}:${recordTypeName(type)}:${auditBody(text).trim().slice(0, 512)}`;
    const before = this.#seen.get(key);
    if (before !== undefined) return before !== printed;
    this.#seen.set(key, printed);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= REMEMBERED) break;
      this.#seen.delete(oldest);
    }
    return false;
  }
}
