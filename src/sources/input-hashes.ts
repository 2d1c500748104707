import { createHash } from 'node:crypto';
import { type InputFacts, SourceError } from '../model/observation.ts';
import type { ByteStore } from './byte-store.ts';
import type { ByteInput } from './bytes.ts';
import { ReadFault } from './read-fault.ts';

/** Passes the bytes of a pipe on as they come, and may look at them. */
export type Tap = (name: string, chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * SHA-256 of inputs as they are stored, packed or not. What lies at rest is read once more for that, because large logs are
 * read in several threads at once; a pipe is hashed as it is read. An input has no hash where its end was not reached.
 */
export class InputHashes {
  readonly #known = new Map<string, string>();
  /** Where the bytes that were read again lie. */
  readonly #stores = new Map<string, ByteStore>();

  readonly tap: Tap = (name, chunks) => this.#tapped(name, chunks);

  /** Hashes inputs that lie at rest, until `signal` is aborted. Never throws: who reads them says what is wrong. */
  async read(inputs: readonly ByteInput[], signal: AbortSignal): Promise<void> {
    for (const { name, place } of inputs) {
      if (place === undefined) continue;
      this.#stores.set(name, place.store);
      try {
        for await (const _ of this.#tapped(name, place.store.chunks(place.start, place.end))) {
          if (signal.aborted) return;
        }
      } catch (error) {
        if (!(error instanceof ReadFault || error instanceof SourceError)) throw error;
      }
    }
  }

  /**
   * The facts of an input, with its hash where that is known. All must have been read: what was written to meanwhile has
   * none, since the bytes that were hashed may be others than those that were judged.
   */
  withHash(facts: InputFacts): InputFacts {
    const sha256 = this.#known.get(facts.name);
    if (sha256 === undefined) return facts;
    const notHashed = this.#stores.get(facts.name)?.changed?.() ?? null;
    return notHashed === null ? { ...facts, sha256 } : { ...facts, notHashed };
  }

  async *#tapped(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
    this.#known.set(name, hash.digest('hex'));
  }
}
