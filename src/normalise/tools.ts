import type { ActorLike } from './actor-details.ts';
import { isRoot, isSystemPath } from './known-loaders.ts';

/** Programs that are run to look at a host's BPF. */
const TOOLS: ReadonlySet<string> = new Set(['bpftool', 'bpfwitness']);

/** Which tool a process calls itself, by its executable's name or its own; null for any other. Anybody can take a name. */
export function toolOf({ exe, comm }: ActorLike): string | null {
  const name = typeof exe === 'string' ? baseName(exe) : '';
  if (TOOLS.has(name)) return name;
  return typeof comm === 'string' && TOOLS.has(comm) ? comm : null;
}

/** True for bpftool itself, which only root can have put where it is, run by root. */
export function isTrustedTool(actor: ActorLike): boolean {
  const { exe } = actor;
  return typeof exe === 'string' && baseName(exe) === 'bpftool' && isSystemPath(exe) && isRoot(actor);
}

function baseName(exe: string): string {
  return exe.slice(exe.lastIndexOf('/') + 1);
}
