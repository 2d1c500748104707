import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observation.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { type ByteInput, memoryInput, pipeInput } from '../../../src/sources/bytes.ts';
import { followInput } from '../../../src/sources/follow.ts';
import { collect, inFolder } from '../helpers.ts';

const NAME = 'audit.log';
const MODIFIED = Date.UTC(2021, 9, 1);

/** Everything odd in one log: spellings, interleaving, times that go back, a boot, wrapped and broken lines. */
function oddLog(): Buffer {
  const lines: (string | Buffer)[] = ['\ufefftype=PROCTITLE msg=audit(1632236350.000:5): proctitle=6162\r'];
  for (let serial = 6; serial < 400; serial += 1) {
    const at = `${(1_632_236_350 + serial * 0.05 - (serial % 7 === 0 ? 0.4 : 0)).toFixed(3)}:${serial}`;
    const node = serial % 11 === 0 ? 'node=web.example ' : '';
    lines.push(`${node}type=${serial % 3 === 0 ? 'BPF' : 'CWD'} msg=audit(${at}): prog-id=${serial} op=LOAD`);
    if (serial > 10) {
      const earlier = `${(1_632_236_350 + (serial - 4) * 0.05 - ((serial - 4) % 7 === 0 ? 0.4 : 0)).toFixed(3)}:${serial - 4}`;
      lines.push(
        `type=SYSCALL msg=audit(${earlier}): arch=c000003e syscall=${serial % 5 === 0 ? 321 : 59}\x1dARCH=x86_64\r`,
      );
    }
    if (serial % 50 === 0)
      lines.push(Buffer.from([0x63, 0xff, 0xfe, 0, 0x0d]), '', `\ttype=BPF msg=audit(${at}):`, '   op=UNLOAD');
    if (serial % 60 === 0)
      lines.push(`[    1.000000] audit: type=1334 audit(${at}): prog-id=1 op=LOAD`, 'audit: no record');
    if (serial % 70 === 0)
      lines.push(`type=UNKNOWN[1334] msg=audit(${at}): prog-id=2 \\`, 'op=LOAD', 'type=BPF msg=audit(');
    if (serial % 80 === 0)
      lines.push(
        '----',
        'time->Tue Sep 21 14:59:10 2021',
        'type=BPF msg=audit(09/10/2021 14:59:10.500:9999) : prog-id=3 op=LOAD',
      );
    if (serial % 90 === 0) lines.push(`type=KERNEL msg=audit(${at}): state=initialized`);
  }
  lines.push('type=BPF msg=audit(1632236450.000:9000): prog-id=9');
  const bytes = lines.map((line) => Buffer.from(line));
  return Buffer.concat(bytes.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
}

const JOURNAL = [
  '-- Logs begin at Tue 2021-09-21 --',
  ...Array.from({ length: 60 }, (_, i) => {
    const stamp = `Sep 21 14:${String(i).padStart(2, '0')}:10`;
    return [
      `${stamp} host audit: BPF prog-id=${i} op=LOAD`,
      ...(i % 3 === 0
        ? [
            `${stamp} host kernel: audit: type=1334 audit(${1_632_236_350 + (i - 59) * 60}.007:${i}): prog-id=${i} op=LOAD`,
          ]
        : []),
      `${stamp} host audit[1]: SYSCALL arch=c000003e syscall=321 success=yes`,
      `${stamp} host kernel: audit: audit_lost=${i}`,
      `${stamp} host systemd[1]: something else`,
      '    and more of it',
    ];
  }).flat(),
];

const read = (input: ByteInput) => collect(auditLogSource([{ ...input, modified: MODIFIED }]));

function pieces(bytes: Uint8Array, sizes: readonly number[]): ByteInput {
  return pipeInput(NAME, async function* () {
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      // One buffer for all: a chunk is only good until the next is asked for.
      const buffer = Uint8Array.from(bytes.subarray(at, at + size));
      yield buffer;
      buffer.fill(0x21);
      at += size;
    }
  });
}

describe.each([
  ['an odd audit log', oddLog()],
  ['a journal', Buffer.from(JOURNAL.join('\n'))],
])('%s gives the same observations', (_, bytes) => {
  it('byte by byte, packed, and through a pipe', async () => {
    const whole = await read(memoryInput(NAME, bytes));
    expect(whole.length).toBeGreaterThan(40);
    expect(await read(pieces(bytes, [1]))).toEqual(whole);
    expect(await read(memoryInput(NAME, gzipSync(bytes)))).toEqual(whole);
    expect(await read(pieces(gzipSync(bytes), [700, 3]))).toEqual(whole);
  });

  it('in any pieces', async () => {
    const whole = await read(memoryInput(NAME, bytes));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 9 }), async (sizes) => {
        expect(await read(pieces(bytes, sizes))).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});

/** What must be equal however the log came: the events, with where they lie, in no order. */
function audits(observations: readonly Observation[]): string[] {
  return observations
    .flatMap((each) => (each.kind === 'audit' ? [JSON.stringify({ ...each.group, origin: '' })] : []))
    .sort();
}

describe('a log that is followed while it is written', () => {
  it('gives the events of the whole', async () => {
    const lines = Array.from({ length: 120 }, (_, i) => {
      const at = `${(1_632_236_350 + i * 0.001).toFixed(3)}:${i}`;
      return `type=BPF msg=audit(${at}): prog-id=${i} op=LOAD\ntype=SYSCALL msg=audit(${at}): syscall=321\n`;
    });
    const text = lines.join('');
    await inFolder(async (folder) => {
      const path = join(folder, NAME);
      const abort = new AbortController();
      const source = auditLogSource([followInput(path, { pollMs: 6 })], 1000);
      const seen: Observation[] = [];
      const reading = (async () => {
        for await (const batch of source.observations(abort.signal)) seen.push(...batch);
      })();
      // In pieces that end anywhere; the writer rotates between two of them.
      const half = lines.slice(0, 60).join('').length;
      for (let at = 0; at < half; at += 577) await write(path, text.slice(at, Math.min(half, at + 577)));
      renameSync(path, `${path}.1`);
      for (let at = half; at < text.length; at += 577) await write(path, text.slice(at, at + 577));
      while (source.progress().lines < 240) await new Promise((resolve) => setTimeout(resolve, 5));
      abort.abort();
      await reading;
      const halves = [text.slice(0, half), text.slice(half)].map((part) => memoryInput(NAME, Buffer.from(part)));
      const whole = await collect(auditLogSource(halves));
      expect(audits(seen)).toEqual(audits(whole));
      expect(audits(seen)).toHaveLength(120);
    });
  });
});

async function write(path: string, text: string): Promise<void> {
  appendFileSync(path, text);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
