import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observation.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { memoryInput, openBytes, pipeInput } from '../../../src/sources/bytes.ts';
import { CORPUS, collect, FIXTURES } from '../helpers.ts';

const AUDIT = join(FIXTURES, 'audit');

async function readFile(path: string) {
  const source = auditLogSource(await openBytes(path));
  return { observations: await collect(source), progress: source.progress() };
}

async function readText(text: string | Uint8Array) {
  return collect(auditLogSource(memoryInput('a.log', Buffer.from(text))));
}

/** `serial: types of its records` of each group. */
function shapes(observations: readonly Observation[]): string[] {
  return observations.flatMap((each) =>
    each.kind === 'audit' ? [`${each.group.serial}: ${each.group.records.map(({ type }) => type).join(' ')}`] : [],
  );
}

const record = (time: string, serial: number, type = 'BPF', node = '') =>
  `${node}type=${type} msg=audit(${time}:${serial}): prog-id=${serial} op=LOAD\n`;

describe('grouping', () => {
  it('gathers interleaved records, whichever comes last', async () => {
    const found = await readText(
      record('1.000', 1, 'PROCTITLE') + record('1.000', 2) + record('1.000', 1) + record('1.000', 2, 'EOE'),
    );
    expect(shapes(found)).toEqual(['1: PROCTITLE BPF', '2: BPF EOE']);
  });

  it('tells nodes, times and serials apart', async () => {
    const found = await readText(
      record('1.000', 3) +
        record('1.001', 3) +
        record('1.000', 3, 'BPF', 'node=a ') +
        record('1.000', 3, 'X', 'node=b '),
    );
    expect(shapes(found)).toEqual(['3: BPF', '3: BPF', '3: X', '3: BPF']);
    expect(found.map((each) => each.kind === 'audit' && each.group.node)).toEqual([null, 'a', 'b', null]);
  });

  it('gives the earliest first when newer ones show that they are over, and the rest at the end', async () => {
    const source = auditLogSource(
      pipeInput('-', async function* () {
        yield Buffer.from(record('2.000', 2) + record('1.000', 1));
        yield Buffer.from(record('9.000', 9).repeat(64) + record('10.000', 10));
      }),
    );
    const batches: string[][] = [];
    for await (const batch of source.observations(new AbortController().signal)) batches.push(shapes(batch));
    expect(batches.filter((batch) => batch.length > 0)).toEqual([
      ['1: BPF', '2: BPF'],
      [`9:${' BPF'.repeat(64)}`, '10: BPF'],
    ]);
  });

  it('tears nothing apart where the clock was set back', async () => {
    const found = await readText(
      record('900.000', 1) + record('100.000', 2) + record('900.000', 1, 'EOE') + record('100.000', 2, 'EOE'),
    );
    expect(shapes(found).sort()).toEqual(['1: BPF EOE', '2: BPF EOE']);
  });

  it('holds no more than 4096 events open', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => record('1.000', i + 1));
    const source = auditLogSource(
      pipeInput('-', async function* () {
        for (const line of lines) yield Buffer.from(line);
      }),
    );
    let before = 0;
    let open = 0;
    let given = 0;
    for await (const batch of source.observations(new AbortController().signal)) {
      before += 1;
      given += batch.length;
      open = Math.max(open, Math.min(before, lines.length) - given);
    }
    expect(given).toBe(10_000);
    expect(open).toBeLessThanOrEqual(4096);
  });

  it('gives a record that goes on without end in parts', async () => {
    const line = `type=PATH msg=audit(1.000:1): ${'x'.repeat(1_000_000)}\n`;
    const found = await readText(line.repeat(70));
    expect(found.length).toBeGreaterThan(1);
    expect(found.flatMap((each) => (each.kind === 'audit' ? each.group.records : []))).toHaveLength(70);
  });
});

describe('an audit log file', () => {
  it('gives each line that is no record with its reason, and counts records by name', async () => {
    const { observations, progress } = await readFile(join(AUDIT, 'spellings.log'));
    const unread = observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable] : []));
    expect(unread.map(({ at, reason }) => `${at.line} ${reason}`)).toEqual([
      '30 audit record is cut off',
      '31 audit record is cut off',
      '32 audit record does not start the line',
      '33 audit record header is malformed (expected msg=audit(SECONDS.MILLISECONDS:SERIAL))',
      '35 no audit record',
    ]);
    expect(unread.at(-1)?.text).toBe('café \ufffd\ufffd \0 not a record');
    expect(progress).toMatchObject({ lines: 35, records: { BPF: 6, SYSCALL: 8, AVC: 5, USER_AVC: 1, LOGIN: 1 } });
    expect(progress.bytes).toBe(progress.totalBytes);
  });

  it('gives lines whole, without their line end, at the right offset', async () => {
    const path = join(AUDIT, 'spellings.log');
    const bytes = readFileSync(path);
    const { observations } = await readFile(path);
    for (const each of observations) {
      if (each.kind !== 'audit') continue;
      expect(each.group.origin).toBe(path);
      for (const { text, offset } of each.group.records) {
        expect(bytes.subarray(offset, offset + Buffer.byteLength(text)).toString()).toBe(text);
      }
    }
  });

  it('reads the same from one byte at a time, and from gzip', async () => {
    const bytes = readFileSync(join(AUDIT, 'enriched.log'));
    const whole = await readText(bytes);
    expect(await readText(gzipSync(bytes))).toEqual(whole);
    const slow = pipeInput('a.log', async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte);
    });
    expect(await collect(auditLogSource(slow))).toEqual(whole);
  });

  it('never throws on any bytes', async () => {
    const piece = fc.constantFrom(
      'type=BPF msg=audit(',
      '1.000:1',
      '):',
      ' ',
      '\n',
      '\r',
      'node=a ',
      '\x1d',
      '\0',
      'é',
      '9',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (parts) => {
        await readText(parts.join(''));
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await readText(bytes);
      }),
    );
  });
});

const files = ['raw.log', 'enriched.log'].map((name) => join(AUDIT, name));
const corpus = join(CORPUS, 'audit');
if (existsSync(corpus)) files.push(...readdirSync(corpus).map((name) => join(corpus, name)));
else console.log(`the public samples are not beside this checkout: ${corpus}`);

describe.each(files)('%s', (path) => {
  it('has as many records of each type, and as many events, as a plain search finds', async () => {
    const expected: { [type: string]: number } = {};
    const events = new Set<string>();
    for (const [, node, type = '', stamp] of readFileSync(path, 'latin1').matchAll(
      /^(?:node=(\S+) )?type=(\S+) msg=audit\(([^)]+)\):/gm,
    )) {
      expected[type] = (expected[type] ?? 0) + 1;
      events.add(`${node} ${stamp}`);
    }
    const { observations, progress } = await readFile(path);
    expect(progress.records).toEqual(expected);
    expect(observations.filter((each) => each.kind === 'audit')).toHaveLength(events.size);
    expect(observations.filter((each) => each.kind === 'unreadable')).toEqual([]);
  });
});
