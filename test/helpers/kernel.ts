import { execFileSync } from 'node:child_process';

/** Why the kernel of this machine cannot be tested on, or null when it can. */
export function whyNoKernel(): string | null {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  try {
    execFileSync('bpftool', ['version'], { stdio: 'ignore' });
  } catch {
    return 'bpftool is not installed';
  }
  return null;
}
