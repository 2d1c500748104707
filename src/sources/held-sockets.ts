import type { PacketSocket, SocketHolder } from '../model/snapshot.ts';
import type { ListedSocket } from './proc/packet-sockets.ts';

/**
 * Packet sockets of one network namespace with who has them open, one for each holder. Between the list and the look at the
 * processes some end: those that nobody is seen to have are looked for again (`listAgain`), and left out where they are
 * listed no more.
 */
export async function heldSockets(
  listed: readonly ListedSocket[],
  holders: ReadonlyMap<number, readonly SocketHolder[]>,
  listAgain: () => readonly ListedSocket[] | Promise<readonly ListedSocket[]>,
): Promise<readonly PacketSocket[]> {
  const isHeld = ({ inode }: ListedSocket) => holders.has(inode);
  const left = listed.every(isHeld) ? null : new Set((await listAgain()).map(({ inode }) => inode));
  return listed
    .filter((socket) => isHeld(socket) || left?.has(socket.inode))
    .flatMap((socket): readonly PacketSocket[] => {
      const all = holders.get(socket.inode) ?? [null];
      return all.map((holder) => ({ ...socket, holder }));
    });
}
