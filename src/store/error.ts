import { reasonOf } from '../text/system-error.ts';

/** The store cannot do what it was asked: which file stands in the way, and why. */
export class StoreError extends Error {
  readonly path: string;
  readonly reason: string;
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.name = 'StoreError';
    this.path = path;
    this.reason = reason;
  }
}

/** What `node:fs` or SQLite threw, as a StoreError about `path`. A StoreError stays the one it is. */
export function asStoreError(path: string, error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError(path, reasonOf(error), { cause: error });
}
