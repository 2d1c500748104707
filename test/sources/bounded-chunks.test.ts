import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { boundedChunks } from '../../src/sources/bounded-chunks.ts';
import { openBytes, pipeInput } from '../../src/sources/bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'bounds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const going = new AbortController().signal;
const MIB = 2 ** 20;

async function lengthOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  return length;
}

/** The same chunk for ever. */
async function* endless(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  for (;;) yield chunk;
}

describe('the bytes of an input', () => {
  it('end with a reason where they unpack to far more than there is', async () => {
    const bomb = boundedChunks(endless(new Uint8Array(16 * MIB)), { bytesRead: () => MIB, hasEnd: true }, going);
    await expect(lengthOf(bomb)).rejects.toThrow('stopped after 1.0 GiB, unpacked from 1.0 MiB');
  });

  it('end with a reason where a stream has no end', async () => {
    let read = 0;
    const stream = boundedChunks(
      endless(new Uint8Array(256 * MIB)),
      {
        bytesRead: () => {
          read += 256 * MIB;
          return read;
        },
        hasEnd: false,
      },
      going,
    );
    await expect(lengthOf(stream)).rejects.toThrow('of a stream without an end');
  });

  it('give signals and timers their turn, and end when they are told to', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    await lengthOf(boundedChunks(endless(new Uint8Array(1)), { bytesRead: () => 1, hasEnd: true }, abort.signal));
    expect(abort.signal.aborted).toBe(true);
  });

  it('are those that a file had when it was opened, and how much it grew is known', async () => {
    const path = join(folder, 'growing.log');
    writeFileSync(path, 'x'.repeat(3 * MIB));
    const input = await openBytes(path);
    let length = 0;
    for await (const chunk of input.chunks(going)) {
      length += chunk.length;
      appendFileSync(path, 'y'.repeat(MIB));
    }
    expect(length).toBe(3 * MIB);
    expect(input.grown?.()).toBeGreaterThanOrEqual(3 * MIB);
  });

  it('of a pipe end at once when they are told to, though nothing comes', async () => {
    const abort = new AbortController();
    const silent = pipeInput('-', async function* () {
      yield new Uint8Array(1);
      await new Promise(() => {});
    });
    setTimeout(() => abort.abort(), 20);
    expect(await lengthOf(silent.chunks(abort.signal))).toBe(1);
  });
});
