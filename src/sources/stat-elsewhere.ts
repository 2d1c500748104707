import { bytesOfPath } from '../text/path-bytes.ts';
import { runDetached } from './run-detached.ts';

/** What stat(2) tells of a file. */
export interface Stat {
  /** st_dev, as a decimal number. */
  readonly device: string;
  readonly inode: bigint;
  /** Permission bits. */
  readonly mode: number;
}

/** Time, ms, that another program has to look at a file. */
const LIMIT_MS = 5000;

/** The path comes on stdin, since arguments that this runtime passes are UTF-8; the x keeps newlines at its end. */
const SCRIPT = `path=$(cat; echo x); exec stat -L -c '%d %i %a' -- "\${path%x}"`;

/**
 * What stat(1) tells of the file that a path leads to, null where there is none. Links are followed. Another process walks
 * the path: any folder on it may be of a file system that never answers (see `runDetached`). Rejects with the reason.
 */
export async function statElsewhere(path: string): Promise<Stat | null> {
  const { out, errors } = await runDetached('sh', ['-c', SCRIPT], LIMIT_MS, bytesOfPath(path));
  const [, device, inode, mode] = /^(\d+) (\d+) ([0-7]+)\n$/.exec(out) ?? [];
  if (device !== undefined && inode !== undefined && mode !== undefined) {
    return { device, inode: BigInt(inode), mode: Number.parseInt(mode, 8) };
  }
  if (/: (No such file or directory|Not a directory)\n$/.test(errors)) return null;
  throw new Error(errors.trim().slice(0, 200) || 'stat did not answer');
}
