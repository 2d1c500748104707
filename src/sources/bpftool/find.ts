import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../model/json.ts';
import { findExecutables, isExecutable } from '../find-executable.ts';
import { runTool } from '../run-tool.ts';
import { parseBpftoolJson } from './json.ts';

/** A bpftool that answers. */
export interface Bpftool {
  readonly path: string;
  /** `7.1.0`, without a leading `v`. */
  readonly version: string;
  /** True when it loads BPF programs of its own at each listing (to fill in `pids`); null when it does not say. */
  readonly skeletons: boolean | null;
}

/** Links are listed since 5.8; without them most attachments of today would be missing in silence. */
const OLDEST = { major: 5, minor: 8 };

/** True for a bpftool before 5.8 (numbered by its kernel then; 6.7 and later by itself). */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor);
}

/**
 * The first bpftool that tells its version: the given path alone, or PATH, the system's directories and
 * /usr/lib/linux-tools/KERNEL (Ubuntu's /usr/sbin/bpftool is a script that fails when no package fits the kernel).
 * Null when there is none.
 */
export async function findBpftool(explicit?: string): Promise<Bpftool | null> {
  const candidates = explicit === undefined ? [...findExecutables('bpftool'), ...linuxToolsBpftools()] : [explicit];
  for (const path of candidates) {
    const bpftool = await askVersion(path);
    if (bpftool !== null) return bpftool;
  }
  return null;
}

async function askVersion(path: string): Promise<Bpftool | null> {
  const { stdout } = await runTool(path, ['-j', 'version'], { timeoutMs: 5000 });
  const [answer] = parseBpftoolJson(stdout.toString('utf8')).documents;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return null;
  const { version, features } = answer as JsonObject;
  if (typeof version !== 'string') return null;
  const skeletons = (features as JsonObject | undefined)?.skeletons;
  return { path, version: version.replace(/^v/, ''), skeletons: typeof skeletons === 'boolean' ? skeletons : null };
}

/** Newest kernel first. */
function linuxToolsBpftools(): readonly string[] {
  const root = '/usr/lib/linux-tools';
  try {
    return readdirSync(root)
      .sort()
      .reverse()
      .map((kernel) => join(root, kernel, 'bpftool'))
      .filter(isExecutable);
  } catch {
    return [];
  }
}
