import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSocketFilters } from '../../../src/sources/proc/socket-filters.ts';

/** As ss of iproute2 6.1 printed it. */
const PRINTED = `p_raw 0      0                  *:*                *     ino:1174932 sk:1
\tver:0 cpy_thresh:0 flags( running )
\tbpf filter (4):  0x28 0 0 12, 0x15 0 1 2048, 0x06 0 0 65535, 0x06 0 0 0,
p_dgr 0      0             [34525]:eth0            *     ino:7 sk:2 <->
\tver:0 cpy_thresh:0 flags( running )
p_raw 0      0                  *:lo               *     sk:3
\tbpf filter (1):  0x06 0 0 0,
`;

describe('filters of packet sockets', () => {
  it('are those that ss prints, by inode', () => {
    expect([...parseSocketFilters(PRINTED)]).toEqual([
      [1174932, '0x28 0 0 12, 0x15 0 1 2048, 0x06 0 0 65535, 0x06 0 0 0'],
      [7, ''],
    ]);
  });

  it('are none of anything else', () => {
    expect(parseSocketFilters('').size).toBe(0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const [inode, filter] of parseSocketFilters(text)) {
          expect([Number.isInteger(inode), filter.includes('\n')]).toEqual([true, false]);
        }
      }),
    );
  });
});
