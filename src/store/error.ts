const REASONS: { readonly [code: string]: string } = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'something that is not a directory is there',
  EIO: 'the disk reported an input/output error',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
};

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
  if (error instanceof StoreError) return error;
  const code = errorCode(error);
  const reason =
    (code === null ? undefined : REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
  return new StoreError(path, reason, { cause: error });
}

/** The `code` of a system error (`ENOENT`), or null. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
