import { readdirSync, statSync } from 'node:fs';
import { attempt } from './attempt.ts';
import { mountNamespaceOf } from './mount-namespaces.ts';
import { netNamespaceOf } from './net-namespaces.ts';

/** Threads of one process that are looked at, each of which costs some 25 µs. Of those beyond it the namespaces are not known. */
const MAX_THREADS = 10_000;

/** A thread with the namespaces that it is in; null where that may not be known, undefined where it has none any more. */
export interface Task {
  readonly id: number;
  /** Its folder in /proc. */
  readonly folder: string;
  readonly net: number | null | undefined;
  readonly mount: number | null | undefined;
}

export interface TaskLook {
  /** The thread that speaks for the process: the first one, or a living one where that has ended. */
  readonly main: Task;
  /** Those that are in other namespaces than that one. */
  readonly apart: readonly Task[];
  /** Links that were read for it. */
  readonly links: number;
}

/**
 * The threads of a process that have to be looked at. /proc/PID is its first thread: where that has ended and others go on, it
 * is a zombie that shows neither namespaces nor descriptors nor an executable. Any thread can leave the namespaces of the others
 * (unshare(2), setns(2)). A thread can be reached as /proc/TID as well, which is in no listing (proc_pid_lookup in fs/proc/base.c).
 */
export function lookAtTasks(root: string, pid: number, maxThreads = MAX_THREADS): TaskLook {
  const leader = taskOf(root, String(pid), pid);
  const threads = threadsOf(`${root}/${pid}`).filter((id) => id !== pid);
  // One namespace of the process that may not be known tells as much as all of them.
  if (threads.length === 0 || leader.net === null) return { main: leader, apart: [], links: 2 };
  const others = threads
    .slice(0, maxThreads)
    .map((id) => taskOf(root, `${pid}/task/${id}`, id))
    .filter(({ net, mount }) => net !== undefined || mount !== undefined);
  const main = leader.net === undefined ? (others[0] ?? leader) : leader;
  const apart = others.filter(({ net, mount }) => net !== main.net || mount !== main.mount);
  const unseen = threads.slice(maxThreads, maxThreads + 1).map((id) => unknown(root, pid, id));
  return { main, apart: [...apart, ...unseen], links: 2 + 2 * Math.min(threads.length, maxThreads) };
}

/** A thread that was not looked at. */
function unknown(root: string, pid: number, id: number): Task {
  return { id, folder: `${root}/${pid}/task/${id}`, net: null, mount: null };
}

function taskOf(root: string, path: string, id: number): Task {
  return { id, folder: `${root}/${path}`, net: netNamespaceOf(root, path), mount: mountNamespaceOf(root, path) };
}

/** The threads of a process; 0 where it has ended. One for each is beside the links of an empty folder (proc_task_getattr, fs/proc/base.c). */
export function threadCount(folder: string): number {
  return (attempt(() => statSync(`${folder}/task`).nlink) ?? 2) - 2;
}

/** Their ids; none where there is one, as in most processes: to list the folder costs more than the links of the process. */
function threadsOf(folder: string): readonly number[] {
  if (threadCount(folder) <= 1) return [];
  return (
    attempt(() =>
      readdirSync(`${folder}/task`)
        .map(Number)
        .sort((a, b) => a - b),
    ) ?? []
  );
}
