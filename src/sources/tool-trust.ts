import { statSync } from 'node:fs';
import { whyNotTrusted } from '../system/trust.ts';
import { candidates } from './find-executable.ts';
import type { HostFact } from './kernel-facts.ts';

const TOOLS = ['bpftool', 'auditctl', 'nsenter', 'ss', 'find', 'cat'];

/** A fact for each tool that is there: its path, owner and mode, and whether it is run (whyNotTrusted). */
export function toolTrustFacts(bpftool: string | undefined): readonly HostFact[] {
  return TOOLS.flatMap((tool) => {
    const paths = tool === 'bpftool' && bpftool !== undefined ? [bpftool] : candidates(tool);
    const refused = paths.filter((path) => whyNotTrusted(path) !== null);
    const [shown] = [...refused, ...paths];
    return shown === undefined ? [] : [factOf(tool, shown)];
  });
}

/** A fact for a folder of the user's: its first path that is not trusted, or the folder. `lost` is what becomes of it then. */
export function folderTrustFact(name: string, paths: readonly string[], lost: string): HostFact {
  const refused = paths.find((path) => whyNotTrusted(path) !== null);
  const why = refused === undefined ? null : whyNotTrusted(refused);
  return {
    name: `trust: ${name}`,
    needed: false,
    status: why === null ? 'ok' : 'limited',
    found: refused ?? paths[0] ?? '',
    lost: why === null ? '' : `${lost}: ${why}`,
  };
}

function factOf(tool: string, path: string): HostFact {
  const why = whyNotTrusted(path);
  const about = statSync(path, { throwIfNoEntry: false });
  const owner = about === undefined ? 'not there' : `uid ${about.uid}, mode ${(about.mode & 0o7777).toString(8)}`;
  return {
    name: `trust: ${tool}`,
    needed: false,
    status: why === null ? 'ok' : 'limited',
    found: `${path}, ${owner}`,
    lost: why === null ? '' : `it is not run: ${why}`,
  };
}
