import { readFileSync } from 'node:fs';

/** Who this host is: its name, the id of this boot and the kernel's release. What cannot be read is null. */
export interface HostIdentity {
  readonly host: string;
  readonly boot: string | null;
  readonly kernel: string | null;
}

/** Reads /proc/sys/kernel: no process is started and no resolver is asked. */
export function readHostIdentity(root = ''): HostIdentity {
  const read = (name: string) => {
    try {
      return readFileSync(`${root}/proc/sys/kernel/${name}`, 'utf8').trim();
    } catch {
      return null;
    }
  };
  return { host: read('hostname') ?? 'localhost', boot: read('random/boot_id'), kernel: read('osrelease') };
}
