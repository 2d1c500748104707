import type { FoundSocket } from '../model/inventory.ts';
import type { NetNamespace, Snapshot } from '../model/snapshot.ts';

/** How a network namespace is named: `blue`, or as links in /proc name one (namespaces(7)). */
export function netnsText({ inode, name }: Pick<NetNamespace, 'inode' | 'name'>): string {
  return name ?? `net:[${inode}]`;
}

/** The packet sockets of all network namespaces that were looked at, those of the host's first. */
export function decodePacketSockets({ packetSockets = [], netNamespaces }: Snapshot): readonly FoundSocket[] {
  const elsewhere = (netNamespaces?.list ?? []).flatMap(({ packets = [], ...namespace }) =>
    packets.map((socket) => ({ ...socket, netns: netnsText(namespace) })),
  );
  return [...packetSockets, ...elsewhere];
}
