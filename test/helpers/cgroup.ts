import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The cgroup tree where it is mounted, and mounted here where it is not. */
export function cgroupRoot(): { readonly path: string; readonly unmount: () => void } {
  const mounts = execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' });
  const known = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  if (known !== undefined) return { path: known, unmount: () => {} };
  const path = mkdtempSync(join(tmpdir(), 'bpfwitness-cgroup-'));
  execFileSync('mount', ['-t', 'cgroup2', 'none', path]);
  return {
    path,
    unmount: () => {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
