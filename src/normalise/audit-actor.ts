import type { JsonObject } from '../model/json.ts';
import { type AuditFields, fieldOf, keysOf, numberOf, userIdOf } from './audit-fields.ts';

/** Who did it, from a SYSCALL or user-space record; what the record does not say is absent. Strings are raw. */
export interface Actor {
  pid?: number;
  ppid?: number;
  uid?: number;
  /** Login uid: who it was before `su` or `sudo`. Absent for daemons, which nobody logged in for. */
  auid?: number;
  comm?: string;
  exe?: string;
  tty?: string;
  /** Keys of the audit rules that matched. */
  keys?: readonly string[];
  proctitle?: string;
}

/** The actor of a record; `proctitle` is the decoded one of its event, if it has one. */
export function actorOf(fields: AuditFields, proctitle: string | null): Readonly<Actor> {
  const actor: Actor = {};
  const pid = numberOf(fields, 'pid');
  const ppid = numberOf(fields, 'ppid');
  const uid = userIdOf(fields, 'uid');
  const auid = userIdOf(fields, 'auid');
  const comm = fieldOf(fields, 'comm');
  const exe = fieldOf(fields, 'exe');
  const tty = fieldOf(fields, 'tty');
  const keys = keysOf(fields);
  if (pid !== null) actor.pid = pid;
  if (ppid !== null) actor.ppid = ppid;
  if (uid !== null) actor.uid = uid;
  if (auid !== null) actor.auid = auid;
  if (comm !== null) actor.comm = comm;
  if (exe !== null) actor.exe = exe;
  if (tty !== null) actor.tty = tty;
  if (keys.length > 0) actor.keys = keys;
  if (proctitle !== null) actor.proctitle = proctitle;
  return actor;
}

/** How a call ended. `success` is null when the kernel did not say; `errno` names a negative `exit`. */
export interface CallResult {
  readonly success: boolean | null;
  readonly exit: number | null;
  readonly errno: string | null;
}

/** The result in a SYSCALL record's `success` and `exit`. */
export function resultOf(fields: AuditFields): CallResult {
  const exit = numberOf(fields, 'exit');
  const said = fieldOf(fields, 'success');
  const success = said === 'yes' ? true : said === 'no' ? false : exit === null ? null : exit >= 0;
  return { success, exit, errno: exit !== null && exit < 0 ? (ERRNO[-exit] ?? `errno ${-exit}`) : null };
}

/** True when the kernel refused the call for want of rights. */
export function wasDenied(result: CallResult): boolean {
  return result.success === false && (result.errno === 'EPERM' || result.errno === 'EACCES');
}

/** `bpftool (pid 12, uid 0)` for a sentence, or null when nothing is known. */
export function actorPhrase(actor: Actor): string | null {
  const name = actor.comm ?? actor.exe;
  const ids = [
    ...(actor.pid === undefined ? [] : [`pid ${actor.pid}`]),
    ...(actor.uid === undefined ? [] : [`uid ${actor.uid}`]),
  ].join(', ');
  if (name === undefined) return ids === '' ? null : `process (${ids})`;
  return ids === '' ? name : `${name} (${ids})`;
}

/** An object of one key, or of none when the value is null: for spreading. */
export function present<V>(key: string, value: V | null): { readonly [key: string]: V } {
  return value === null ? {} : { [key]: value };
}

/** The actor as event details carry it: nothing at all when nothing is known. */
export function actorDetails(actor: Actor): JsonObject {
  return Object.keys(actor).length === 0 ? {} : { actor: { ...actor } };
}

/** Errors that bpf(2) and the calls around it give (include/uapi/asm-generic/errno*.h; 512 and 524 are kernel-only). */
const ERRNO: { readonly [number: number]: string } = {
  1: 'EPERM',
  2: 'ENOENT',
  3: 'ESRCH',
  4: 'EINTR',
  5: 'EIO',
  7: 'E2BIG',
  9: 'EBADF',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  22: 'EINVAL',
  23: 'ENFILE',
  24: 'EMFILE',
  28: 'ENOSPC',
  34: 'ERANGE',
  38: 'ENOSYS',
  61: 'ENODATA',
  75: 'EOVERFLOW',
  95: 'EOPNOTSUPP',
  105: 'ENOBUFS',
  110: 'ETIMEDOUT',
  512: 'ERESTARTSYS',
  524: 'ENOTSUPP',
};
