/** Errors that bpf(2) and the calls around it give (include/uapi/asm-generic/errno*.h; 512 and 524 are kernel-only). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'EPERM'],
  [2, 'ENOENT'],
  [3, 'ESRCH'],
  [4, 'EINTR'],
  [5, 'EIO'],
  [7, 'E2BIG'],
  [9, 'EBADF'],
  [11, 'EAGAIN'],
  [12, 'ENOMEM'],
  [13, 'EACCES'],
  [14, 'EFAULT'],
  [16, 'EBUSY'],
  [17, 'EEXIST'],
  [19, 'ENODEV'],
  [22, 'EINVAL'],
  [23, 'ENFILE'],
  [24, 'EMFILE'],
  [28, 'ENOSPC'],
  [34, 'ERANGE'],
  [38, 'ENOSYS'],
  [61, 'ENODATA'],
  [75, 'EOVERFLOW'],
  [95, 'EOPNOTSUPP'],
  [105, 'ENOBUFS'],
  [110, 'ETIMEDOUT'],
  [512, 'ERESTARTSYS'],
  [524, 'ENOTSUPP'],
]);

const NUMBERS: ReadonlyMap<string, number> = new Map([...NAMES].map(([number, name]) => [name, number]));

/** The name of a negative `exit`, or null where it is none: `EPERM`, `errno 999` for one that is not known. */
export function errnoOf(exit: number): string | null {
  return exit < 0 ? (NAMES.get(-exit) ?? `errno ${-exit}`) : null;
}

/** The `exit` that `ausearch -i` writes by name, `EPERM(Operation not permitted)`; null when it is no name of an error. */
export function exitOfName(text: string): { readonly exit: number | null; readonly errno: string } | null {
  const name = /^-?(E[A-Z0-9]{1,15})(?:\(|$)/.exec(text)?.[1];
  if (name === undefined) return null;
  const number = NUMBERS.get(name);
  return { exit: number === undefined ? null : -number, errno: name };
}
