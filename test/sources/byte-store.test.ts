import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileStore, memoryStore, OpenFiles } from '../../src/sources/byte-store.ts';
import { fileAt } from '../../src/system/statx.ts';
import { inFolder } from './helpers.ts';

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString();
}

describe('stores', () => {
  it('give any range of their bytes, again and again', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'f');
      const text = 'x'.repeat(300_000) + 'y'.repeat(300_000);
      writeFileSync(path, text);
      for (const store of [memoryStore(Buffer.from(text)), fileStore(path, new OpenFiles(), fileAt(path, true))]) {
        expect(await textOf(store.chunks(299_999, 300_001))).toBe('xy');
        expect(await textOf(store.chunks(0, Number.POSITIVE_INFINITY))).toBe(text);
        expect(await textOf(store.chunks(599_999, 700_000))).toBe('y');
        expect(await textOf(store.chunks(600_000, 700_000))).toBe('');
      }
    });
  });

  it('peek at the start without waiting', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'f'), 'hello');
      const peeked = fileStore(join(folder, 'f'), new OpenFiles(), fileAt(join(folder, 'f'), true)).peek?.(1, 100);
      expect(Buffer.from(peeked ?? []).toString()).toBe('ello');
    });
  });

  it('hold few of many files open while all are being read', async () => {
    await inFolder(async (folder) => {
      const files = new OpenFiles();
      const names = Array.from({ length: 100 }, (_, index) => join(folder, String(index)));
      for (const name of names) writeFileSync(name, 'x'.repeat(300_000));
      const readers = names.map((name) =>
        fileStore(name, files, fileAt(name, true)).chunks(0, Number.POSITIVE_INFINITY),
      );
      const lengths = names.map(() => 0);
      let mostOpen = 0;
      for (let round = 0; round < 3; round += 1) {
        for (const [index, reader] of readers.entries()) {
          const next = await reader.next();
          if (next.done !== true) lengths[index] = (lengths[index] ?? 0) + next.value.length;
        }
        mostOpen = Math.max(mostOpen, openIn(folder));
      }
      expect(lengths.every((length) => length === 300_000)).toBe(true);
      expect(mostOpen).toBeLessThanOrEqual(64);
      expect(openIn(folder)).toBe(0);
    });
  });
});

/** Descriptors of this process that lead into a folder: the runtime has others, which come and go. */
function openIn(folder: string): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder);
    } catch {
      // That of the listing itself.
      return false;
    }
  }).length;
}
