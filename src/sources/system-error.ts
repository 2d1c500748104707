import { SourceError } from '../model/observation.ts';

/** The error that says of this path why it cannot be read; its `cause` is the reason alone. */
export function unusable(path: string, error: unknown): SourceError {
  const unusable = new SourceError('input', `${path}: ${reasonOf(error)}`);
  unusable.cause = error;
  return unusable;
}

const REASONS: { readonly [code: string]: string | undefined } = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is not a folder',
};

/** Why a system call failed, in words where there are some for it. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const known = code === null ? undefined : REASONS[code];
  if (known !== undefined) return known;
  return error instanceof Error ? error.message : String(error);
}

/** The errno name of a system error (`ENOENT`), or null. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
