import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Observation, SourceError } from '../../../src/model/observation.ts';
import { recordTypeName } from '../../../src/normalise/audit/types.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { FileFacts } from '../../../src/sources/audit-log/log-file.ts';
import { AuditScanner } from '../../../src/sources/audit-log/scanner.ts';
import { memoryInput, openBytes, pipeInput } from '../../../src/sources/bytes.ts';
import { CORPUS, collect, FIXTURES } from '../helpers.ts';

const AUDIT = join(FIXTURES, 'audit');

async function readFile(path: string) {
  const source = auditLogSource([await openBytes(path)]);
  return { observations: await collect(source), progress: source.progress(), facts: source.facts() };
}

async function readText(text: string | Uint8Array) {
  return collect(auditLogSource([memoryInput('a.log', Buffer.from(text))]));
}

/** `serial: types of its records` of each group. */
function shapes(observations: readonly Observation[]): string[] {
  return observations.flatMap((each) =>
    each.kind === 'audit' ? [`${each.group.serial}: ${each.group.records.map(({ type }) => type).join(' ')}`] : [],
  );
}

/** Records that were given, with their events or counted, by the name of their type. */
function given(observations: readonly Observation[]): { [type: string]: number } {
  const records: { [type: string]: number } = {};
  const add = (type: string, count: number) => {
    records[type] = (records[type] ?? 0) + count;
  };
  for (const each of observations) {
    if (each.kind === 'audit') for (const { type } of each.group.records) add(recordTypeName(type), 1);
    if (each.kind === 'skipped') for (const [type, count] of Object.entries(each.records)) add(type, count);
  }
  return records;
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
        record('1.000', 3, 'AVC', 'node=b '),
    );
    expect(shapes(found)).toEqual(['3: BPF', '3: BPF', '3: AVC', '3: BPF']);
    expect(found.map((each) => each.kind === 'audit' && each.group.node)).toEqual([null, 'a', 'b', null]);
  });

  it('gives the earliest first when newer ones show that they are over, and the rest at the end', async () => {
    const source = auditLogSource([
      pipeInput('-', async function* () {
        yield Buffer.from(record('2.000', 2) + record('1.000', 1));
        yield Buffer.from(record('9.000', 9).repeat(64) + record('10.000', 10));
      }),
    ]);
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
    const source = auditLogSource([
      pipeInput('-', async function* () {
        for (const line of lines) yield Buffer.from(line);
      }),
    ]);
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
    const line = `type=BPF msg=audit(1.000:1): ${'x'.repeat(1_000_000)}\n`;
    const found = await readText(line.repeat(70));
    expect(found.length).toBeGreaterThan(1);
    expect(found.flatMap((each) => (each.kind === 'audit' ? each.group.records : []))).toHaveLength(70);
  });
});

describe('events that cannot become ours', () => {
  it('are counted by type, one observation for all that are over together, where the last of them was', async () => {
    const path = (time: string, serial: number) => record(time, serial, 'CWD') + record(time, serial, 'PATH').repeat(2);
    const found = await readText(path('1.000', 1) + record('2.000', 2) + path('3.000', 3) + record('4.000', 4));
    expect(found.map((each) => (each.kind === 'skipped' ? [each.time, each.records] : each.time))).toEqual([
      2000,
      [3000, { CWD: 2, PATH: 4 }],
      4000,
    ]);
  });

  it('are only those without a record that matters and without bpf(2)', async () => {
    const call = (serial: number, number: number | string) =>
      `type=SYSCALL msg=audit(1.000:${serial}): arch=c000003e syscall=${number} success=yes\n`;
    const found = await readText(call(1, 59) + call(2, 321) + call(3, 'bpf') + call(4, 3) + record('1.000', 4));
    expect(shapes(found)).toEqual(['2: SYSCALL', '3: SYSCALL', '4: SYSCALL BPF']);
    expect(found).toContainEqual({ kind: 'skipped', time: 1000, records: { SYSCALL: 1 } });
  });

  it('are counted whatever their type is called', async () => {
    const names = ['__proto__', 'constructor', ...Array.from({ length: 1500 }, (_, i) => `T${i}`)];
    const source = auditLogSource([memoryInput('a', Buffer.from(names.map((n) => record('1.0', 1, n)).join('')))]);
    await collect(source);
    const { records } = source.progress();
    expect(Object.entries(records).slice(0, 2)).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ]);
    expect(Object.keys(records)).toHaveLength(1001);
    expect(records['other types']).toBe(502);
  });
});

describe('several files', () => {
  it('are one log: an event across a rotation is one event, and each record names its file', async () => {
    const older = memoryInput('audit.log.1', Buffer.from(`${record('1.000', 1)}${record('1.000', 2).trimEnd()}`));
    const newer = memoryInput('audit.log', Buffer.from(`\n${record('1.000', 2, 'SYSCALL')}no record\n`));
    const source = auditLogSource([older, newer]);
    const found = await collect(source);
    expect(shapes(found)).toEqual(['1: BPF', '2: BPF SYSCALL']);
    const second = found.find((each) => each.kind === 'audit' && each.group.serial === 2);
    expect(second).toMatchObject({
      group: {
        origin: 'audit.log.1',
        records: [
          { line: 2, offset: record('1.000', 1).length },
          { file: 'audit.log', line: 2, offset: 1 },
        ],
      },
    });
    expect(found).toContainEqual(
      expect.objectContaining({
        unreadable: expect.objectContaining({
          at: { file: 'audit.log', line: 3, offset: 1 + record('1.000', 2, 'SYSCALL').length },
        }),
      }),
    );
    expect(source.facts().map(({ name, lines, records }) => [name, lines, records])).toEqual([
      ['audit.log.1', 2, { BPF: 2 }],
      ['audit.log', 3, { SYSCALL: 1 }],
    ]);
  });

  it('are read as far as they can be', async () => {
    const gone = { ...memoryInput('gone', Buffer.from('')), chunks: () => never() };
    const found = await collect(auditLogSource([gone, memoryInput('b', Buffer.from(record('1.000', 1)))]));
    expect(found).toMatchObject([{ unreadable: { at: { file: 'gone' }, reason: 'no such file' } }, { kind: 'audit' }]);
    await expect(collect(auditLogSource([gone]))).rejects.toThrow('no such file');
  });
});

// biome-ignore lint/correctness/useYield: it fails before it has anything to give
async function* never(): AsyncGenerator<Uint8Array> {
  throw new SourceError('input', 'no such file');
}

describe('an audit log file', () => {
  it('gives each line that is no record with its reason, and counts records by name', async () => {
    const { observations, progress } = await readFile(join(AUDIT, 'spellings.log'));
    const unread = observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable] : []));
    expect(unread.map(({ at, reason }) => `${at.line} ${reason}`)).toEqual([
      '30 audit record is cut off',
      '31 audit record is cut off',
      '35 no audit record',
    ]);
    expect(unread.at(-1)?.text).toBe('café \ufffd\ufffd \0 not a record');
    expect(progress).toMatchObject({ lines: 35, records: { BPF: 8, SYSCALL: 8, AVC: 5, USER_AVC: 1, LOGIN: 1 } });
    expect(progress.bytes).toBe(progress.totalBytes);
  });

  it('gives lines whole, without their line end, at the right offset', async () => {
    const path = join(AUDIT, 'spellings.log');
    const bytes = readFileSync(path);
    const { observations } = await readFile(path);
    for (const each of observations) {
      if (each.kind !== 'audit') continue;
      expect(each.group.origin).toBe(path);
      for (const { text, raw = text, offset } of each.group.records) {
        expect(bytes.subarray(offset, offset + Buffer.byteLength(raw)).toString()).toBe(raw);
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
    expect(await collect(auditLogSource([slow]))).toEqual(whole);
  });

  it('cuts a line of more than a mebibyte, in one piece or in many', async () => {
    const long = `type=BPF msg=audit(1.000:1): ${'x'.repeat(1024 * 1024)}`;
    const bytes = Buffer.from(`${record('1.000', 2)}${long}\n${record('1.000', 3)}`);
    const found = await readText(bytes);
    expect(shapes(found)).toEqual(['2: BPF', '3: BPF']);
    expect(found).toContainEqual({
      kind: 'unreadable',
      time: null,
      unreadable: {
        at: { file: 'a.log', line: 2, offset: record('1.000', 2).length },
        reason: 'line is longer than 1048576 bytes',
        text: long.slice(0, 200),
      },
    });
    const pieces = pipeInput('a.log', async function* () {
      for (let at = 0; at < bytes.length; at += 4099) yield bytes.subarray(at, at + 4099);
    });
    expect(await collect(auditLogSource([pieces]))).toEqual(found);
  });

  it('keeps records that are decoded long after they were read', async () => {
    const old = record('900.000', 1, 'PROCTITLE') + record('900.000', 2, 'CWD');
    const many = Array.from(
      { length: 100_000 },
      (_, i) => `type=CWD msg=audit(1.000:${i + 10}): cwd="${'é'.repeat(90)}"\n`,
    );
    const found = await readText(old + many.join('') + record('900.000', 1, 'BPF'));
    const [whole] = found.flatMap((each) => (each.kind === 'audit' ? [each.group] : []));
    expect(whole?.records.map(({ text, line, offset }) => [text, line, offset])).toEqual([
      [record('900.000', 1, 'PROCTITLE').trimEnd(), 1, 0],
      [record('900.000', 1, 'BPF').trimEnd(), 100_003, Buffer.byteLength(old + many.join(''))],
    ]);
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
    const { observations, progress, facts } = await readFile(path);
    expect(progress.records).toEqual(expected);
    expect(facts).toMatchObject([{ name: path, lines: progress.lines, records: expected }]);
    expect(given(observations)).toEqual(expected);
    expect(observations.filter((each) => each.kind === 'unreadable')).toEqual([]);
    const scanner = new AuditScanner(new FileFacts(path, null));
    scanner.push(readFileSync(path), 0);
    scanner.endFile();
    expect(scanner.events).toBe(events.size);
  });
});
