import { findExecutables } from '../find-executable.ts';
import { runTool, type ToolResult } from '../run-tool.ts';

/** Path of ss(8) of iproute2, or null when there is none. */
export function findSs(): string | null {
  return findExecutables('ss')[0] ?? null;
}

/** Packet sockets with their filters (INET_DIAG_REQ_BYTECODE's PACKET_DIAG_FILTER) and inodes, without a heading. */
const ARGUMENTS = ['-H', '-0', '-b', '-n', '-e'];

const INODE = /\bino:(\d+)\b/;
const FILTER = /^\s+bpf filter \(\d+\): (.*)$/;

/**
 * The filters of packet sockets by the inode of the socket, from what `ss -H -0 -b -n -e` prints: classic BPF, each
 * instruction as `CODE JT JF K`, with commas between them. A socket without a filter has the empty text.
 */
export function parseSocketFilters(text: string): ReadonlyMap<number, string> {
  const filters = new Map<number, string>();
  let inode: number | null = null;
  for (const line of text.split('\n')) {
    const filter = FILTER.exec(line)?.[1];
    if (filter !== undefined) {
      if (inode !== null) filters.set(inode, filter.trim().replace(/,$/, ''));
    } else if (/^\S/.test(line)) {
      const number = INODE.exec(line)?.[1];
      inode = number === undefined ? null : Number(number);
      if (inode !== null) filters.set(inode, '');
    }
  }
  return filters;
}

/** Runs a command somewhere; null where there is no such place any more. */
export type Run = (command: readonly [string, ...string[]], signal: AbortSignal) => Promise<ToolResult | null>;

const here: Run = ([path, ...args], signal) => runTool(path, args, { signal });

/** The filters of the network namespace that `run` runs in; null where ss does not tell. */
export async function readSocketFilters(
  ss: string,
  signal: AbortSignal,
  run: Run = here,
): Promise<ReadonlyMap<number, string> | null> {
  const result = await run([ss, ...ARGUMENTS], signal);
  return result?.code === 0 ? parseSocketFilters(result.stdout.toString('utf8')) : null;
}
