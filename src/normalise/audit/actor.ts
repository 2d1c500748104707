import type { JsonObject } from '../../model/json.ts';
import { commandLineOf } from './command-line.ts';
import { errnoOf, exitOfName } from './errno.ts';
import type { AuditFields } from './fields.ts';
import type { AuditRecord, GroupView } from './group.ts';
import { fieldOf, keysOf, numberOf, userIdOf, userNameOf } from './value.ts';

/** Who did it, from a SYSCALL or user-space record; what the record does not say is absent. Strings are raw. */
export interface Actor {
  pid?: number;
  ppid?: number;
  uid?: number;
  /** Name of `uid` where auditd or `ausearch -i` looked it up. */
  user?: string;
  /** Login uid: who it was before `su` or `sudo`. Absent for daemons, which nobody logged in for. */
  auid?: number;
  /** Name of `auid`. */
  loginUser?: string;
  comm?: string;
  exe?: string;
  tty?: string;
  /** Keys of the audit rules that matched. */
  keys?: readonly string[];
  proctitle?: string;
}

/**
 * Who did what a record of an event tells: what the record itself says, and what the system call of the event says
 * about the process, which is more.
 */
export function actorOfEvent(view: GroupView, record: AuditRecord): Readonly<Actor> {
  const { syscall } = view;
  const title = commandLineOf(view);
  if (syscall === null || syscall === record) return actorOf(record.fields, title);
  return { ...actorOf(record.fields, null), ...actorOf(syscall.fields, title) };
}

/** The actor of one record; `proctitle` is the command line of its event, if it has one. */
function actorOf(fields: AuditFields, proctitle: string | null): Readonly<Actor> {
  const actor: Actor = {};
  const pid = numberOf(fields, 'pid');
  const ppid = numberOf(fields, 'ppid');
  const uid = userIdOf(fields, 'uid');
  const auid = userIdOf(fields, 'auid');
  // A number alone is what most logs have.
  const named = fields.isEnriched || uid === null || auid === null;
  const user = named ? userNameOf(fields, 'uid') : null;
  const loginUser = named ? userNameOf(fields, 'auid') : null;
  const comm = fieldOf(fields, 'comm');
  const exe = fieldOf(fields, 'exe');
  const tty = fieldOf(fields, 'tty');
  const keys = keysOf(fields);
  if (pid !== null) actor.pid = pid;
  if (ppid !== null) actor.ppid = ppid;
  if (uid !== null) actor.uid = uid;
  if (user !== null) actor.user = user;
  if (auid !== null) actor.auid = auid;
  if (loginUser !== null) actor.loginUser = loginUser;
  if (comm !== null) actor.comm = comm;
  // Where names are not quoted (`ausearch -i`), a process may have named itself `a exe=/bin/runc`: then nothing is sure.
  if (exe !== null && fields.isOnly('exe')) actor.exe = exe;
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

/** The result in a SYSCALL record's `success` and `exit`, which `ausearch -i` writes as `EPERM(...)`. */
export function resultOf(fields: AuditFields): CallResult {
  const written = fields.get('exit');
  const named = written === undefined ? null : exitOfName(written);
  const exit = named === null ? numberOf(fields, 'exit') : named.exit;
  const errno = named?.errno ?? (exit === null ? null : errnoOf(exit));
  const said = fieldOf(fields, 'success');
  const ended = errno !== null ? false : exit === null ? null : exit >= 0;
  return { success: said === 'yes' ? true : said === 'no' ? false : ended, exit, errno };
}

/** True when the kernel refused the call for want of rights. */
export function wasDenied(result: CallResult): boolean {
  return result.success === false && (result.errno === 'EPERM' || result.errno === 'EACCES');
}

/** `bpftool (pid 12, uid 0)` for a sentence, or null when nothing is known. */
export function actorPhrase({ comm, exe, pid, uid, user }: Actor): string | null {
  const name = comm ?? exe;
  const account = uid !== undefined ? `uid ${uid}` : user !== undefined ? `user ${user}` : null;
  const process = pid === undefined ? null : `pid ${pid}`;
  if (account === null && process === null) return name ?? null;
  const ids = account === null || process === null ? (account ?? process) : `${process}, ${account}`;
  return `${name ?? 'process'} (${ids})`;
}

/** `bpftool (pid 12, uid 0): `, or nothing when nobody is known: to begin a sentence with. */
export function actorPrefix(actor: Actor): string {
  const who = actorPhrase(actor);
  return who === null ? '' : `${who}: `;
}

/** An object of one key, or of none when the value is null: for spreading. */
export function present<V>(key: string, value: V | null): { readonly [key: string]: V } {
  return value === null ? {} : { [key]: value };
}

/** The actor as event details carry it: nothing at all when nothing is known. */
export function actorDetails(actor: Actor): JsonObject {
  return Object.keys(actor).length === 0 ? {} : { actor: { ...actor } };
}
