import { runTool } from '../run-tool.ts';
import { type Answer, answerOf, LISTINGS, type Listings, OPTIONS } from './run.ts';

/** Time, ms, that bpftool has for it. */
const TIMEOUT_MS = 2000;

/** Time, ms, for which it is not asked again after it took longer. */
const OFF_MS = 60_000;

export interface PerfAnswer {
  readonly answer: Answer;
  readonly pids: readonly number[];
  readonly bytes: number;
}

/**
 * `bpftool perf show`, which asks the kernel about each open file of each process (show_proc in bpftool's perf.c): who opens
 * millions of files makes it take minutes. So it is asked apart from the other listings, and not for long.
 */
export class PerfListing {
  readonly #bpftool: string;
  readonly #now: () => number;
  #lateAt = Number.NEGATIVE_INFINITY;

  constructor(bpftool: string, now: () => number = () => performance.now()) {
    this.#bpftool = bpftool;
    this.#now = now;
  }

  async ask(signal: AbortSignal): Promise<PerfAnswer> {
    if (this.#now() - this.#lateAt < OFF_MS) {
      const reason = `not asked: it took more than ${TIMEOUT_MS / 1000} s before, too many files are open; next try after ${OFF_MS / 1000} s`;
      return { answer: { elements: null, errors: [reason] }, pids: [], bytes: 0 };
    }
    const args = [...OPTIONS, ...LISTINGS.perf];
    const result = await runTool(this.#bpftool, args, { signal, timeoutMs: TIMEOUT_MS });
    if (result.failure?.startsWith('timed out')) this.#lateAt = this.#now();
    return {
      answer: answerOf(result),
      pids: result.pid === null ? [] : [result.pid],
      bytes: result.stdout.length,
    };
  }
}

/** The listings with this one among them. */
export function withPerf(listings: Listings, { answer, pids, bytes }: PerfAnswer): Listings {
  return {
    ...listings,
    answers: new Map([...listings.answers, ['perf', answer]]),
    pids: [...listings.pids, ...pids],
    bytes: listings.bytes + bytes,
  };
}
