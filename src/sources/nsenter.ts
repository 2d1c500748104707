import { closeSync } from 'node:fs';
import { findExecutables } from './find-executable.ts';
import { type FoundNamespace, openNetNamespace } from './proc/net-namespaces.ts';
import { runTool, type ToolResult } from './run-tool.ts';

/** Path of nsenter(1), of util-linux; null when there is none. */
export function findNsenter(): string | null {
  return findExecutables('nsenter')[0] ?? null;
}

/** Runs a tool, given by its path and arguments, in a network namespace; null where that has ended. Never rejects. */
export async function runInNetNamespace(
  nsenter: string,
  namespace: FoundNamespace,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ToolResult | null> {
  const fd = openNetNamespace(namespace);
  if (fd === null) return null;
  try {
    // nsenter becomes the tool (it only forks for a pid namespace, nsenter(1)): one child of ours, as without it.
    return await runTool(nsenter, [`--net=/proc/${process.pid}/fd/${fd}`, '--', ...command], { signal });
  } finally {
    closeSync(fd);
  }
}
