import { readFileSync } from 'node:fs';

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

/** The packet sockets of this network namespace; null when they cannot be read. */
export function readPacketSockets(root = ''): readonly ListedSocket[] | null {
  try {
    return parsePacketSockets(readFileSync(`${root}/proc/net/packet`, 'utf8'));
  } catch {
    return null;
  }
}
