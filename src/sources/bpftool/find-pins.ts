import process from 'node:process';
import type { PinElsewhere } from '../../model/snapshot.ts';
import { closeDescriptor, OPEN, openDescriptor } from '../../system/libc.ts';
import { isUtf8Path } from '../../text/path-bytes.ts';
import { deviceNumber } from '../proc/mounts.ts';
import { runTool } from '../run-tool.ts';
import { answerOf } from './run.ts';

/** A file of a BPF file system. */
export interface PinFile {
  /** Of the file: it leads to one object for as long as there is the file. */
  readonly inode: string;
  /** Under the root of the file system. */
  readonly path: string;
}

/** What `find -printf '%y %D %i %P\\0'` prints: type, device, inode and path below where it began. */
export const FIND_FORMAT = '%y %D %i %P\\0';

/**
 * The files in find's output; null where the first line, which is of the place where it began, is of another file system than
 * `device` (`0:39`): something is mounted over it, or the path leads elsewhere by now.
 */
export function parseFound(output: string, device: string): readonly PinFile[] | null {
  const entries = output.split('\0').flatMap((line) => {
    const [, type, on, inode = '', path = ''] = /^(.) (\d+) (\d+) (.*)$/s.exec(line) ?? [];
    return type === undefined ? [] : [{ type, on, inode, path }];
  });
  if (entries[0]?.on !== deviceNumber(device)) return null;
  return entries.filter(({ type, on }) => type === 'f' && on === entries[0]?.on);
}

const KINDS = [
  ['program', 'prog'],
  ['map', 'map'],
  ['link', 'link'],
] as const;

/** What a file leads to. */
export type Pinned = Pick<PinElsewhere, 'kind' | 'id'> | 'nothing';

/**
 * What is pinned at a path, which bpftool tells to who asks for the right kind; null where that cannot be known. Files that lead
 * to nothing are those that were removed meanwhile, and the maps.debug and progs.debug that a kernel with BPF_PRELOAD puts into
 * each file system, which cannot be opened on some (seen on 6.18).
 */
export async function pinnedAt(bpftool: string, path: string, signal: AbortSignal): Promise<Pinned | null> {
  if (isUtf8Path(path)) return askPinned(bpftool, path, signal);
  let descriptor: number;
  try {
    descriptor = openDescriptor(path, OPEN.path);
  } catch {
    return null;
  }
  try {
    // The runtime passes no argument that is not UTF-8 to another program, which can use a descriptor of ours instead.
    return await askPinned(bpftool, `/proc/${process.pid}/fd/${descriptor}`, signal);
  } finally {
    closeDescriptor(descriptor);
  }
}

async function askPinned(bpftool: string, path: string, signal: AbortSignal): Promise<Pinned | null> {
  for (const [kind, command] of KINDS) {
    const args = ['-j', '-n', command, 'show', 'pinned', path];
    const { elements, errors } = answerOf(await runTool(bpftool, args, { signal }));
    const id = elements?.[0]?.id;
    if (typeof id === 'number') return { kind, id };
    if (errors.some((error) => error.endsWith(': No such file or directory'))) return 'nothing';
  }
  return null;
}
