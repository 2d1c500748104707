/** Where a process belongs, as far as its cgroup says. */
export interface ProcessPlace {
  /** `cilium.service`; null outside any unit. */
  readonly unit: string | null;
  /** The id that container runtimes put into the path: 64 hexadecimal digits (Docker, containerd, CRI-O, Podman). */
  readonly container: string | null;
}

/** The innermost systemd unit and the container in the path of a cgroup: `/system.slice/docker-4f...e1.scope`. */
export function placeOfCgroup(cgroup: string): ProcessPlace {
  const unit = cgroup.split('/').findLast((part) => /\.(?:service|scope|socket|mount|swap)$/.test(part));
  const container = /(?:^|[/-])([0-9a-f]{64})(?=[./]|$)/.exec(cgroup)?.[1];
  return { unit: unit ?? null, container: container ?? null };
}

/** True for what /proc/PID/exe says of a file whose name is gone, or that never had one (memfd_create(2)). */
export function isDeleted(exe: string): boolean {
  return exe.endsWith(' (deleted)');
}
