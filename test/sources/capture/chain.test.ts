import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observation.ts';
import { memoryInput } from '../../../src/sources/bytes.ts';
import { readSigner, readVerifier } from '../../../src/sources/capture/keys.ts';
import { type ChainQuestion, ChainReader, type ChainState } from '../../../src/sources/capture/verify.ts';
import { type CaptureOptions, openCaptureWriter } from '../../../src/sources/capture/writer.ts';
import { ReadFault } from '../../../src/sources/read-fault.ts';
import { makeEvents } from '../../store/fixture-event.ts';
import { inFolder } from '../helpers.ts';

const NO_QUESTION: ChainQuestion = { heads: [], isSigned: null };
const HEADER = { host: 'h', startedAt: 1000, tool: '0.1.0' };
const observations = makeEvents(12).map(
  (event): Observation => ({ kind: 'event', time: event.time, event, via: { file: 'x' } }),
);

/** A capture of four groups, its end included, and the hash of each. */
async function capture(name = 'c.jsonl', options: Partial<CaptureOptions> = {}) {
  return inFolder(async (folder) => {
    const path = join(folder, name);
    const writer = openCaptureWriter(path, HEADER, { now: () => 1_700_000_000_000, ...options });
    const heads: string[] = [];
    for (const part of [observations.slice(0, 5), observations.slice(5)]) {
      await writer.write(part);
      heads.push(writer.head()?.sha256 ?? '');
    }
    const killed = readFileSync(path);
    await writer.close();
    return { bytes: readFileSync(path), killed, heads };
  });
}

async function verified(bytes: Uint8Array, question = NO_QUESTION): Promise<ChainState> {
  const reader = new ChainReader(question);
  let fault: string | null = null;
  try {
    for await (const chunk of memoryInput('c', bytes).chunks(new AbortController().signal)) reader.push(chunk);
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    fault = error.message;
  }
  return reader.end(fault);
}

const isWhole = ({ fault, isClosed }: ChainState): boolean => fault === null && isClosed;

describe('the hash chain of a capture', () => {
  it.each(['c.jsonl', 'c.jsonl.gz'])('is whole in %s as it was written', async (name) => {
    const { bytes, heads } = await capture(name);
    const state = await verified(bytes, { heads, isSigned: null });
    expect(state).toMatchObject({ groups: 4, isClosed: true, fault: null, unsealedBytes: 0 });
    expect([...state.found]).toEqual([
      [heads[0], { group: 2, capture: 1, firstLine: 1 }],
      [heads[1], { group: 3, capture: 1, firstLine: 1 }],
    ]);
  });

  it('is not closed where its writer was killed', async () => {
    for (const name of ['c.jsonl', 'c.jsonl.gz']) {
      const { killed } = await capture(name);
      const { groups, isClosed, fault } = await verified(killed);
      // A packed file without its end is what a killed writer leaves: nobody altered it.
      expect({ groups, isClosed, fault }).toEqual({ groups: 3, isClosed: false, fault: null });
    }
  });

  it('shows every bit that was changed', { timeout: 120_000 }, async () => {
    const { bytes } = await capture();
    let changes = 0;
    // Every fifth bit, and all of the last seal.
    for (let bit = 0; bit < bytes.length * 8; bit += bit > (bytes.length - 320) * 8 ? 1 : 5) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (isWhole(await verified(changed))) expect.fail(`bit ${bit} can be changed`);
      changes += 1;
    }
    expect(changes).toBeGreaterThan(7_000);
  });

  it('shows every length that it was cut to', async () => {
    const { bytes } = await capture();
    for (let length = 0; length < bytes.length; length += 1) {
      if (isWhole(await verified(bytes.subarray(0, length)))) expect.fail(`it can be cut to ${length} bytes`);
    }
    expect(bytes.length).toBeGreaterThan(3_000);
  });

  it('shows every bit of a packed one whose change is one of what is in it', { timeout: 120_000 }, async () => {
    const { bytes } = await capture('c.jsonl.gz');
    const content = gunzipSync(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // A time in the header of gzip, say, changes nothing that is in it.
      if (isWhole(await verified(changed)) && !gunzipSync(changed).equals(content))
        expect.fail(`bit ${bit} can be changed`);
    }
  });

  it('shows a line or a group that was taken out, moved or written twice', async () => {
    const { bytes } = await capture();
    const lines = bytes.toString().split('\n').slice(0, -1);
    const of = (changed: readonly string[]) => verified(Buffer.from(changed.map((line) => `${line}\n`).join('')));
    for (let index = 0; index < lines.length; index += 1) {
      expect(isWhole(await of(lines.toSpliced(index, 1)))).toBe(false);
      expect(isWhole(await of(lines.toSpliced(index, 0, lines[index] ?? '')))).toBe(false);
      if (index > 0)
        expect(isWhole(await of(lines.toSpliced(index - 1, 2, lines[index] ?? '', lines[index - 1] ?? '')))).toBe(
          false,
        );
    }
    const group = lines.findIndex((line) => line.startsWith('{"chain":{"group":2'));
    expect((await of(lines.toSpliced(2, group - 1))).fault).toMatchObject({ group: 3 });
  });

  it('says where it was altered', async () => {
    const { bytes } = await capture();
    const text = bytes.toString();
    const at = text.split('\n').findIndex((line) => line.startsWith('{"chain":{"group":2')) + 1;
    const state = await verified(Buffer.from(text.replace('"time":', '"tima":')));
    expect(state.fault).toEqual({ line: at, group: 2, reason: 'its bytes are not those that were sealed' });
    expect(state.head?.group).toBe(1);
  });

  it('is that of each capture where several stand one after the other', async () => {
    const { bytes, killed } = await capture();
    expect(await verified(Buffer.concat([bytes, bytes]))).toMatchObject({
      groups: 8,
      captures: 2,
      isClosed: true,
      fault: null,
    });
    expect((await verified(Buffer.concat([killed, bytes]))).fault).not.toBeNull();
  });

  it('is not there in a capture of an older version', async () => {
    expect(await verified(Buffer.from('{"format":"bpfwitness-capture","version":1}\n'))).toMatchObject({
      head: null,
      fault: null,
    });
  });
});

describe('a signed chain', () => {
  const pair = () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return {
      secret: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      open: publicKey.export({ type: 'spki', format: 'pem' }),
    };
  };

  it('is that of the key that signed it, and of no other', async () => {
    await inFolder(async (folder) => {
      const [own, other] = [pair(), pair()];
      for (const [name, text] of Object.entries({ own: own.secret, pub: own.open, other: other.open })) {
        writeFileSync(join(folder, name), text, { mode: 0o600 });
      }
      const { bytes } = await capture('c.jsonl', { sign: readSigner(join(folder, 'own')) });
      expect(isWhole(await verified(bytes))).toBe(true);
      expect(isWhole(await verified(bytes, { heads: [], isSigned: readVerifier(join(folder, 'pub')) }))).toBe(true);
      const foreign = await verified(bytes, { heads: [], isSigned: readVerifier(join(folder, 'other')) });
      expect(foreign.fault?.reason).toBe('its signature is not that of this key');
      const unsigned = await verified((await capture()).bytes, {
        heads: [],
        isSigned: readVerifier(join(folder, 'pub')),
      });
      expect(unsigned.fault?.reason).toBe('its seal is not signed');
    });
  });

  it('refuses a private key that others may read, and what is no Ed25519 key', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'key');
      writeFileSync(path, pair().secret, { mode: 0o600 });
      chmodSync(path, 0o640);
      expect(() => readSigner(path)).toThrow('chmod 600');
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      chmodSync(path, 0o600);
      expect(() => readSigner(path)).toThrow('not an Ed25519 private key');
    });
  });

  it.runIf(process.getuid?.() === 0)('refuses a private key that another user owns', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'key');
      writeFileSync(path, pair().secret, { mode: 0o600 });
      chownSync(path, 65534, 65534);
      expect(() => readSigner(path)).toThrow('another user owns this private key (uid 65534): use a key of your own');
    });
  });
});
