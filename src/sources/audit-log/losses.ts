import type { Gap } from '../../model/observation.ts';
import type { SpelledLoss } from '../../normalise/audit/spelling/loss.ts';
import { positionOf, type Where } from './log-file.ts';

/** Hosts whose counts are kept. */
const MAX_HOSTS = 256;

/** Makes gaps of what a kernel log says about lost records. */
export class LossFinder {
  /** `audit_lost` of the kernel as last read, by host. */
  #lost = new Map<string | null, number>();

  gapOf({ kind, count, sinceBoot, message }: SpelledLoss, host: string | null, where: Where, time: number): Gap {
    const more = sinceBoot && count !== null ? this.#moreThanBefore(host, count) : count;
    return { kind, at: positionOf(where), time, count: more, message };
  }

  #moreThanBefore(host: string | null, count: number): number {
    const before = this.#lost.get(host) ?? 0;
    if (this.#lost.size >= MAX_HOSTS) this.#lost.clear();
    this.#lost.set(host, count);
    // Below what it was, the host was started again.
    return count >= before ? count - before : count;
  }
}
