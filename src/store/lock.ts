import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import process from 'node:process';
import { errorCode } from '../text/system-error.ts';
import { StoreError } from './error.ts';
import { readIfThere, writeAll } from './files.ts';

/** How long another may take from making its lock file to writing it, in milliseconds. */
const GRACE_MS = 100;

/** A lock is some hundred bytes. */
const MAX_BYTES = 4096;

/** A process, told from a later one with the same pid by its start time and by the boot it belongs to. */
interface Holder {
  readonly pid: number;
  /** Clock ticks since boot (proc(5), /proc/PID/stat, field 22); null where there is no /proc. */
  readonly startTime: string | null;
  readonly boot: string | null;
}

/**
 * Takes the lock file of a state directory for this process; returns what gives it back. A lock whose process is gone
 * is taken over. Throws a StoreError while another has it.
 */
export function takeLock(path: string): () => void {
  const own = JSON.stringify(holder(process.pid));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(path, own)) return () => release(path, own);
    removeStale(path);
  }
  throw new StoreError(path, 'the lock keeps changing hands; another bpfwitness is starting');
}

function create(path: string, text: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeAll(fd, Buffer.from(text));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return true;
}

/** Moves a stale lock out of the way. Throws a StoreError when it is not stale. */
function removeStale(path: string): void {
  if (read(path) === '') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GRACE_MS);
  const text = read(path);
  if (text === null) return;
  const pid = liveHolder(text);
  if (pid !== null) throw new StoreError(path, `the state directory is in use by process ${pid}`);
  // Two may find the same stale lock: the first moves it away, the second could then move the first one's new lock.
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved !== text && moved !== null && liveHolder(moved) !== null) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string, own: string): void {
  if (read(path) === own) rmSync(path, { force: true });
}

/** The pid in a lock if that process still runs. A lock without a whole text was left by one that died writing it. */
function liveHolder(text: string): number | null {
  let locked: Partial<Holder>;
  try {
    locked = JSON.parse(text) as Partial<Holder>;
  } catch {
    return null;
  }
  const { pid, startTime, boot } = locked;
  if (typeof pid !== 'number' || !runs(pid)) return null;
  const now = holder(pid);
  return now.startTime === startTime && now.boot === boot ? pid : null;
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    return errorCode(error) === 'EPERM';
  }
}

function holder(pid: number): Holder {
  const stat = readProc(`/proc/${pid}/stat`);
  // The command name may hold spaces and parentheses; field 3, the state, comes after the last one.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  // A zombie holds nothing any more, and has no start time for us.
  return {
    pid,
    startTime: state === 'Z' ? null : (fields[18] ?? null),
    boot: readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? null,
  };
}

/** The text of a file of proc(5); null where it cannot be read. */
function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function read(path: string): string | null {
  return readIfThere(path, MAX_BYTES)?.toString() ?? null;
}
