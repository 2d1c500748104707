import type { FoundSocket } from '../model/inventory.ts';
import type { NetNamespace, Snapshot } from '../model/snapshot.ts';

/** How a network namespace is named: `blue`, or as links in /proc name one (namespaces(7)). */
export function netnsText({ inode, name }: Pick<NetNamespace, 'inode' | 'name'>): string {
  return name ?? `net:[${inode}]`;
}

/** Instructions in classic BPF, as ss(8) prints them: `CODE JT JF K`. */
const FILTER = /^(?:0x[0-9a-f]{1,4} \d{1,3} \d{1,3} \d{1,10}(?:, (?!$)|$))*$/;

/** Characters of the longest filter: BPF_MAXINSNS (linux/bpf_common.h) instructions as long as each can be. */
const MAX_FILTER = 4096 * '0xffff 255 255 4294967295, '.length;

/** True for a filter as ss(8) prints one. Length comes first: the pattern's stack grows with it, and a capture may hold any. */
function isFilter(text: string | undefined): text is string {
  return text !== undefined && text.length <= MAX_FILTER && FILTER.test(text);
}

/** The packet sockets of all network namespaces that were looked at, those of the host's first. */
export function decodePacketSockets({ packetSockets = [], netNamespaces }: Snapshot): readonly FoundSocket[] {
  const elsewhere = (netNamespaces?.list ?? []).flatMap(({ packets = [], ...namespace }) =>
    packets.map((socket) => ({ ...socket, netns: netnsText(namespace) })),
  );
  return [...packetSockets, ...elsewhere].map(({ filter, ...socket }) => ({
    ...socket,
    unheldLooks: socket.holder === null ? 1 : 0,
    ...(isFilter(filter) && { filter }),
  }));
}

/** The same with the looks of before counted in: of those that nobody was seen to have open then as well. */
export function stillUnheld(before: readonly FoundSocket[], now: readonly FoundSocket[]): readonly FoundSocket[] {
  const looks = new Map(before.map(({ inode, unheldLooks }) => [inode, unheldLooks]));
  return now.map((socket) =>
    socket.unheldLooks === 0 ? socket : { ...socket, unheldLooks: 1 + (looks.get(socket.inode) ?? 0) },
  );
}
