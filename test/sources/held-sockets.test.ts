import { describe, expect, it } from 'vitest';
import { heldSockets } from '../../src/sources/held-sockets.ts';

const socket = (inode: number) => ({ inode, protocol: 3, ifindex: 0, uid: 0 });
const holder = (pid: number) => ({ pid, comm: `p${pid}`, exe: null });

describe('packet sockets with their holders', () => {
  it('are there once for each, and not listed again where all have one', async () => {
    const holders = new Map([[5, [holder(7), holder(8)]]]);
    const again = () => {
      throw new Error('asked again');
    };
    expect(await heldSockets([socket(5)], holders, again)).toEqual([
      { ...socket(5), holder: holder(7) },
      { ...socket(5), holder: holder(8) },
    ]);
  });

  it('are left out where nobody has them and they are listed no more', async () => {
    const held = await heldSockets([socket(5), socket(6), socket(7)], new Map([[5, [holder(7)]]]), async () => [
      socket(6),
    ]);
    expect(held).toEqual([
      { ...socket(5), holder: holder(7) },
      { ...socket(6), holder: null },
    ]);
  });
});
