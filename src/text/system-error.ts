const REASONS: { readonly [code: string]: string | undefined } = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'it is there already',
  EIO: 'the disk reported an input/output error',
  EISDIR: 'is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** Numbers of these on Linux (include/uapi/asm-generic/errno-base.h and errno.h). */
const NUMBERS: { readonly [number: string]: string | undefined } = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  13: 'EACCES',
  17: 'EEXIST',
  20: 'ENOTDIR',
  21: 'EISDIR',
  24: 'EMFILE',
  28: 'ENOSPC',
  30: 'EROFS',
  36: 'ENAMETOOLONG',
  40: 'ELOOP',
  122: 'EDQUOT',
};

/** Why a system call failed (errno(3)), in words where there are some for it; else what the error says. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const known = code === null ? undefined : REASONS[code];
  if (known !== undefined) return known;
  return error instanceof Error ? error.message : String(error);
}

/**
 * The errno name of a system error (`ENOENT`), or null. Deno 2.4, which the binary runs on, sometimes leaves `code` out:
 * the message then begins with the name, or ends with the number (`Is a directory (os error 21)`).
 */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  const named = /^(E[A-Z0-9]+): /.exec(error.message)?.[1];
  if (named !== undefined) return named;
  return NUMBERS[/\(os error (\d+)\)$/.exec(error.message)?.[1] ?? ''] ?? null;
}
