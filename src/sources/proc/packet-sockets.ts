import { existsSync, readFileSync, statSync } from 'node:fs';
import type { FoundNamespace } from './net-namespaces.ts';

/** A packet socket as the kernel lists it (packet_seq_show in net/packet/af_packet.c). */
export interface ListedSocket {
  readonly inode: number;
  /** EtherType in host order, 0 for none yet; ETH_P_ALL is 3. */
  readonly protocol: number;
  /** 0 for all interfaces. */
  readonly ifindex: number;
  readonly uid: number;
}

/** The text of /proc/net/packet: `sk RefCnt Type Proto Iface R Rmem User Inode`, Proto in hexadecimal. */
export function parsePacketSockets(text: string): readonly ListedSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, , , protocol, ifindex, , , uid, inode] = line.trim().split(/\s+/);
    if (inode === undefined || !/^\d+$/.test(inode) || !/^[0-9a-f]+$/i.test(protocol ?? '')) return [];
    return [
      {
        inode: Number(inode),
        protocol: Number.parseInt(protocol ?? '', 16),
        ifindex: Number(ifindex),
        uid: Number(uid),
      },
    ];
  });
}

/**
 * False where the kernel has no packet sockets: the list comes and goes with them (packet_net_init in net/packet/af_packet.c,
 * which can be a module), in all network namespaces at once.
 */
export function hasPacketSockets(root = ''): boolean {
  const folder = `${root}/proc/self/net`;
  return existsSync(`${folder}/packet`) || !existsSync(`${folder}/dev`);
}

/** The packet sockets of this network namespace; null when they cannot be read. */
export function readPacketSockets(root = ''): readonly ListedSocket[] | null {
  if (!hasPacketSockets(root)) return [];
  try {
    return parsePacketSockets(readFileSync(`${root}/proc/net/packet`, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * The packet sockets of another network namespace, as a process that is in it shows them: /proc/PID/net is of the
 * namespace of PID and open to all (get_proc_task_net in fs/proc/proc_net.c). Null where no process is in it, or none that
 * can be read.
 */
export function readPacketSocketsIn({ inode, processes }: FoundNamespace): readonly ListedSocket[] | null {
  for (const folder of processes) {
    try {
      const sockets = parsePacketSockets(readFileSync(`${folder}/net/packet`, 'utf8'));
      // The process may have moved, or its pid may be another's by now.
      if (statSync(`${folder}/ns/net`).ino === inode) return sockets;
    } catch {
      // It ended: another one may be in there as well.
    }
  }
  return null;
}
