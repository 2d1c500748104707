import { closeDescriptor } from '../system/libc.ts';
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
  const descriptor = openNetNamespace(namespace);
  if (descriptor === null) return null;
  try {
    // nsenter becomes the tool (it only forks for a pid namespace, nsenter(1)): one child of ours, as without it.
    return await runTool(nsenter, [`--net=/proc/${process.pid}/fd/${descriptor}`, '--', ...command], { signal });
  } finally {
    closeDescriptor(descriptor);
  }
}
