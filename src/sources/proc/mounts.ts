import { readFileSync, statSync } from 'node:fs';
import type { BpfMount } from '../../model/snapshot.ts';

/**
 * The BPF file systems in the text of /proc/PID/mountinfo, without their permissions. Fields before ` - ` end with the
 * options of the mount, those after it with the options of the file system (proc_pid_mountinfo(5)); blanks and
 * backslashes in a path are written in octal.
 */
export function parseBpfMounts(mountinfo: string): readonly Omit<BpfMount, 'mode'>[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [mount = '', system = ''] = line.split(' - ', 2);
    const [, , , , path, options] = mount.split(' ');
    const [type, , superOptions] = system.split(' ');
    if (type !== 'bpf' || path === undefined) return [];
    const all = [...(options ?? '').split(','), ...(superOptions ?? '').split(',')].filter((each) => each !== '');
    return [{ path: unescaped(path), options: [...new Set(all)] }];
  });
}

/** The BPF file systems that this process sees mounted; null when that cannot be read. */
export function readBpfMounts(root = ''): readonly BpfMount[] | null {
  let mountinfo: string;
  try {
    mountinfo = readFileSync(`${root}/proc/self/mountinfo`, 'utf8');
  } catch {
    return null;
  }
  return parseBpfMounts(mountinfo).map((mount) => ({ ...mount, mode: modeOf(`${root}${mount.path}`) }));
}

function modeOf(path: string): number | null {
  try {
    return statSync(path).mode & 0o7777;
  } catch {
    return null;
  }
}

function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
