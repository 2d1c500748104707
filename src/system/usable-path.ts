import { isUtf8Path } from '../text/path-bytes.ts';
import { closeDescriptor, OPEN, openDescriptor, openDescriptorLater, pathOfDescriptor } from './libc.ts';

/**
 * Calls `use` with a path that `node:fs` and other programs can open: the path itself, or another one to the same file
 * where its name is not UTF-8, which is valid only during the call and, for another program, through /proc/PID of this
 * one. Links are followed. Throws a SystemCallError where there is no such file, and what `use` throws.
 */
export function withUsablePath<T>(path: string, use: (path: string) => T): T {
  if (isUtf8Path(path)) return use(path);
  const descriptor = openDescriptor(path, OPEN.path);
  try {
    return use(pathOfDescriptor(descriptor));
  } finally {
    closeDescriptor(descriptor);
  }
}

/** The same for a file system that may not answer: this thread does not wait for it. */
export async function withUsablePathLater<T>(path: string, use: (path: string) => Promise<T>): Promise<T> {
  if (isUtf8Path(path)) return use(path);
  const descriptor = await openDescriptorLater(path, OPEN.path);
  try {
    return await use(pathOfDescriptor(descriptor));
  } finally {
    closeDescriptor(descriptor);
  }
}
