import type { ActorLike } from './actor-details.ts';

/** /bin, /sbin and /lib are links into /usr where they are not older than that. */
const SYSTEM_PATH = /^\/(?:usr|bin|sbin|lib|lib64)\//;

/** systemd loads device and firewall programs for its units (`systemd`, `systemd-executor`, `systemd-networkd`). */
const SYSTEMD = /^(?:\/usr)?\/lib\/systemd\/systemd(?:-[a-z]+)*$/;

/** Container runtimes load a device program for each cgroup v2 container (runc libcontainer/cgroups/ebpf). */
const RUNTIME = /\/(?:runc|crun|containerd-shim[a-z0-9-]{0,32}|conmon|podman|dockerd|buildkitd)$/;

/** True for an executable that only root can have put where it is. A path that climbs (`..`) is none. */
export function isSystemPath(exe: string): boolean {
  return SYSTEM_PATH.test(exe) && !exe.includes('/../');
}

/** True when the actor is known to be root: by number or, where no number is given, by name. */
export function isRoot({ uid, user }: ActorLike): boolean {
  return uid === 0 || (uid === undefined && user === 'root');
}

/**
 * True where it is known to run in a container, whose paths and root are its own: `/usr/bin/runc` there is whatever was
 * put there. Audit records do not tell. Falco writes `host` where there is none.
 */
export function isContained({ container, pod }: ActorLike): boolean {
  return (container !== undefined && container !== 'host') || pod !== undefined;
}

/** True for systemd and container runtimes, run by root from a system path: they load programs on any host. */
export function isKnownLoader(actor: ActorLike): boolean {
  const { exe } = actor;
  if (typeof exe !== 'string' || !isRoot(actor) || !isSystemPath(exe) || isContained(actor)) return false;
  return SYSTEMD.test(exe) || RUNTIME.test(exe);
}
