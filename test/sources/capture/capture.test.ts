import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../src/model/event.ts';
import type { Observation } from '../../../src/model/observation.ts';
import { SEVERITIES } from '../../../src/model/severity.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { memoryInput } from '../../../src/sources/bytes.ts';
import { CaptureEncoder, encodeHeader } from '../../../src/sources/capture/encoder.ts';
import { captureSource } from '../../../src/sources/capture/file.ts';
import { CaptureWriteError, openCaptureWriter } from '../../../src/sources/capture/writer.ts';
import { snapshotAt } from '../../helpers/observations.ts';
import { collect, inFolder } from '../helpers.ts';

const HEADER = { host: 'h', startedAt: 1000, tool: '0.1.0' };

function encode(observations: readonly Observation[]): string {
  const encoder = new CaptureEncoder();
  return [encodeHeader(HEADER), ...observations.map((each) => encoder.encode(each))]
    .map((line) => `${line}\n`)
    .join('');
}

const read = (text: string | Uint8Array) => collect(captureSource(memoryInput('c.jsonl', Buffer.from(text))));

/** Without what reading adds. */
function asWritten(observations: readonly Observation[]): Observation[] {
  return observations.map((each) => {
    const { via: _, ...rest } = each as Observation & { via?: unknown };
    return rest as Observation;
  });
}

const reasons = (observations: readonly Observation[]) =>
  observations.flatMap((each) =>
    each.kind === 'unreadable' ? [`${each.unreadable.at.line} ${each.unreadable.reason}`] : [],
  );

const text = fc.string({ unit: 'binary', maxLength: 12 });
const safe = fc.maxSafeNat();
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));
// valibot leaves these keys out of records, for the safety of those who would assign them.
const key = text.filter((each) => !['__proto__', 'constructor', 'prototype'].includes(each));
const object = fc.dictionary(key, json, { maxKeys: 3 });
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });

const packetSocket = fc.record({
  ...{ inode: safe, protocol: safe, ifindex: safe, uid: safe },
  holder: nullable(
    fc.record(
      {
        ...{ pid: safe, comm: text, exe: nullable(text) },
        ...{ exeUid: nullable(safe), exeMode: nullable(safe), exeIsHosts: nullable(fc.boolean()) },
      },
      { requiredKeys: ['pid', 'comm', 'exe'] },
    ),
  ),
});

/** What the calendar has. */
const time = fc.integer({ min: -8.64e15, max: 8.64e15 });

const snapshot = fc
  .record({
    time,
    host: text,
    boot: nullable(text),
    kernel: nullable(text),
    bpftoolVersion: nullable(text),
    prog: optional(fc.array(object, { maxLength: 2 })),
    map: optional(fc.array(object, { maxLength: 2 })),
    cgroup: optional(fc.array(object, { maxLength: 1 })),
    btfFunctions: optional(fc.dictionary(key, text, { maxKeys: 2 })),
    helpers: optional(fc.dictionary(key, nullable(fc.array(text, { maxLength: 2 })), { maxKeys: 2 })),
    settings: optional(fc.dictionary(key, nullable(text), { maxKeys: 2 })),
    audit: optional(fc.record({ enabled: safe, lost: nullable(safe), backlog: nullable(safe) })),
    processes: optional(
      fc.array(
        fc.record({
          pid: safe,
          comm: text,
          exe: nullable(text),
          uid: nullable(safe),
          capabilities: fc.array(text, { maxLength: 2 }),
          startTime: nullable(safe),
          programIds: fc.array(safe, { maxLength: 2 }),
          mapIds: fc.array(safe, { maxLength: 2 }),
          linkIds: fc.array(safe, { maxLength: 2 }),
        }),
        { maxLength: 1 },
      ),
    ),
    structOps: optional(fc.dictionary(fc.constantFrom('1', '2'), text)),
    tracing: optional(
      fc.record(
        { enabledFunctions: text, kprobeEvents: text, uprobeEvents: text, dynamicEvents: text },
        { requiredKeys: [] },
      ),
    ),
    netNamespaces: optional(
      fc.record({
        list: fc.array(
          fc.record(
            {
              inode: safe,
              name: nullable(text),
              net: fc.array(object, { maxLength: 1 }),
              packets: fc.array(packetSocket, { maxLength: 2 }),
            },
            { requiredKeys: ['inode', 'name'] },
          ),
          { maxLength: 2 },
        ),
        unread: safe,
      }),
    ),
    mountsElsewhere: optional(
      fc.record({
        list: fc.array(
          fc.record(
            {
              ...{ namespace: safe, pid: safe, comm: text, path: text, options: fc.array(text, { maxLength: 2 }) },
              pins: fc.array(fc.record({ kind: fc.constantFrom('program', 'map', 'link'), id: safe, path: text }), {
                maxLength: 2,
              }),
            },
            { requiredKeys: ['namespace', 'pid', 'comm', 'path', 'options'] },
          ),
          { maxLength: 2 },
        ),
        unread: safe,
      }),
    ),
    packetSockets: optional(fc.array(packetSocket, { maxLength: 2 })),
    observer: optional(fc.record({ pid: safe })),
    problems: fc.array(fc.record({ section: fc.constantFrom(null, 'maps'), message: text }), { maxLength: 1 }),
    extra: optional(object),
  })
  .map((fields) => {
    const present = Object.entries(fields).filter(([, value]) => value !== undefined);
    return Object.fromEntries(present) as unknown as Snapshot;
  });

const observation: fc.Arbitrary<Observation> = fc.oneof(
  snapshot.map((each): Observation => ({ kind: 'snapshot', time: each.time, snapshot: each })),
  fc
    .record({
      time,
      serial: safe,
      node: nullable(text),
      origin: text,
      records: fc.array(fc.record({ type: text, text, line: safe, offset: safe }), { maxLength: 3 }),
    })
    .map((group): Observation => ({ kind: 'audit', time: group.time, group })),
  fc
    .record({
      id: text,
      time,
      type: fc.constantFrom(...EVENT_TYPES),
      severity: fc.constantFrom(...SEVERITIES),
      source: text,
      host: text,
      details: object,
      evidence: fc.array(fc.record({ origin: text, line: safe, text }), { maxLength: 2 }),
    })
    .map((event): Observation => ({ kind: 'event', time: event.time, event })),
  fc
    .record({ time: nullable(time), file: text, line: safe, reason: text, text })
    .map(({ time, file, line, reason, text: shown }): Observation => {
      return { kind: 'unreadable', time, unreadable: { at: { file, line }, reason, text: shown } };
    }),
);

describe('a capture', () => {
  it('reads back what was written, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(observation, { maxLength: 8 }), async (observations) => {
        expect(asWritten(await read(encode(observations)))).toEqual(observations);
      }),
      { numRuns: 200 },
    );
  });

  it('names the line that carried each observation', async () => {
    const [first] = await read(encode([snapshotAt(5)]));
    expect(first).toMatchObject({ via: { file: 'c.jsonl', line: 2, offset: encodeHeader(HEADER).length + 1 } });
  });

  it('does not write again what stays the same, but for every 64th snapshot', () => {
    const lines = encode(Array.from({ length: 66 }, (_, i) => snapshotAt(i, { prog: [{ id: 1 }], settings: {} })))
      .trimEnd()
      .split('\n');
    const whole = lines.flatMap((line, i) => (line.includes('"prog":[{"id":1}]') ? [i] : []));
    expect(whole).toEqual([1, 65]);
    expect(lines[2]).toContain('"same":["prog","map","settings"]');
  });

  it('does not take parts from a snapshot that is missing or damaged', async () => {
    const observations = [0, 1, 2, 3].map((i) => snapshotAt(i, { prog: [{ id: 1 }], map: [{ id: i }] }));
    const lines = encode(observations).trimEnd().split('\n');
    for (const damage of ['', '{"n":1,"snap']) {
      const found = await read(lines.map((line, i) => (i === 2 ? damage : line)).join('\n'));
      expect(reasons(found).filter((reason) => !reason.includes('not JSON'))).toEqual([
        '4 prog are as in a snapshot that could not be read',
        '5 prog are as in a snapshot that could not be read',
      ]);
      const last = found.at(-1);
      expect(last?.kind === 'snapshot' && [last.snapshot.prog, last.snapshot.map]).toEqual([undefined, [{ id: 3 }]]);
    }
  });

  it('starts anew at each header, so captures can be put together', async () => {
    const one = encode([snapshotAt(1, { prog: [{ id: 1 }] }), snapshotAt(2, { prog: [{ id: 1 }] })]);
    const found = await read(one + one);
    expect(reasons(found)).toEqual([]);
    expect(found).toHaveLength(4);
  });

  it('counts a torn last line as one line that could not be read', async () => {
    const whole = encode([snapshotAt(1), snapshotAt(2)]);
    const found = await read(whole.slice(0, -5));
    expect(found).toHaveLength(2);
    expect(reasons(found)).toEqual(['3 is not JSON, or is cut off']);
  });

  it('takes events as query --json prints them', async () => {
    const event = {
      id: 'a',
      time: 5,
      type: 'map-access',
      severity: 'info',
      source: 's',
      host: 'h',
      details: {},
      evidence: [],
    };
    const found = await read(`${JSON.stringify(event)}\n${JSON.stringify({ event })}\n`);
    expect(asWritten(found)).toEqual([
      { kind: 'event', time: 5, event },
      { kind: 'event', time: 5, event },
    ]);
  });

  it('reads nothing under a version that it does not know', async () => {
    const lines = encode([snapshotAt(1)]);
    const found = await read(`${lines}${lines.replace('"version":1', '"version":9')}${lines}`);
    expect(reasons(found)).toEqual([
      '3 is a capture of version 9; this program reads version 1',
      '4 belongs to a capture of a version that is not known',
    ]);
    expect(found.filter(({ kind }) => kind === 'snapshot')).toHaveLength(2);
  });

  it.each([
    ['nonsense', 'is not JSON, or is cut off'],
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['{}', 'unknown kind of line'],
    ['{"n":0,"snapshot":5}', 'snapshot has the wrong shape: snapshot: '],
    ['{"n":0,"snapshot":{"time":"x"}}', 'snapshot has the wrong shape: snapshot.time: '],
    ['{"n":0,"snapshot":{"time":1e999}}', 'snapshot has the wrong shape: snapshot.time: '],
    ['{"n":0,"snapshot":{"time":1e25}}', 'snapshot has the wrong shape: snapshot.time: '],
    ['{"audit":{"time":-1e20}}', 'audit has the wrong shape: time: '],
    ['{"event":{"id":"a","time":8640000000000001}}', 'event has the wrong shape: time: '],
    [
      '{"audit":{"time":5,"serial":1,"node":null,"origin":"o","records":[5]}}',
      'audit has the wrong shape: records.0: ',
    ],
    ['{"event":{"id":"a","time":5,"type":"no-such"}}', 'event has the wrong shape: type: '],
    ['{"unreadable":null}', 'unreadable has the wrong shape: '],
  ])('says what is wrong with %s', async (line, reason) => {
    const [found] = await read(`${encodeHeader(HEADER)}\n${line}\n`);
    expect(found).toMatchObject({ kind: 'unreadable', unreadable: { at: { line: 2 }, text: line } });
    expect(found?.kind === 'unreadable' && found.unreadable.reason).toContain(reason);
  });

  it('gives no time to an unreadable whose time no calendar has', async () => {
    const line = '{"unreadable":{"at":{"file":"f"},"reason":"r","text":"t"},"time":1e308}';
    expect(await read(`${encodeHeader(HEADER)}\n${line}\n`)).toMatchObject([{ kind: 'unreadable', time: null }]);
  });

  it('refuses what nests too deep to walk', async () => {
    const deep = `{"n":0,"snapshot":{"time":1,"host":"h","boot":null,"kernel":null,"bpftoolVersion":null,"problems":[],"prog":[{"a":${'['.repeat(5000)}${']'.repeat(5000)}}]}}`;
    expect(reasons(await read(`${encodeHeader(HEADER)}\n${deep}\n`))).toEqual([
      '2 snapshot has the wrong shape: snapshot.prog.0: is not an object, or nests too deep',
    ]);
  });

  it('never throws on any line, and keeps its word on shapes', async () => {
    const anything = fc.record(
      { n: json, snapshot: json, audit: json, event: json, unreadable: json, format: json, id: json, same: json },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(anything, json), { maxLength: 4 }), async (lines) => {
        await read(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        await read(bytes);
      }),
    );
  });

  it('counts what it read', async () => {
    const source = captureSource(memoryInput('c', Buffer.from(encode([snapshotAt(1), snapshotAt(2)]))));
    await collect(source);
    expect(source.progress()).toMatchObject({ lines: 3, records: { snapshot: 2 } });
  });
});

describe('openCaptureWriter', () => {
  const observations = [snapshotAt(1, { prog: [{ id: 1, name: 'a\n\ud800' }] }), snapshotAt(2, { prog: [] })];

  it.each(['c.jsonl', 'c.jsonl.gz'])('writes %s, to be read back', async (name) => {
    await inFolder(async (folder) => {
      const path = join(folder, name);
      const writer = openCaptureWriter(path, HEADER, { now: () => 1 });
      // Not awaited on purpose: lines must keep their order all the same.
      const writes = observations.map((each) => writer.write([each]));
      await Promise.all(writes);
      await writer.close();
      const stored = readFileSync(path);
      const text = (name.endsWith('.gz') ? gunzipSync(stored) : stored).toString();
      expect(text.replace(/^\{"chain".*\n/gm, '')).toBe(encode(observations));
      expect(asWritten(await read(stored))).toEqual(observations);
    });
  });

  it('leaves whole lines in a packed capture that is never closed', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'c.gz');
      const writer = openCaptureWriter(path, HEADER, { now: () => 1 });
      await writer.write(observations);
      const killed = readFileSync(path);
      const found = await read(killed);
      expect(asWritten(found.slice(0, 2))).toEqual(observations);
      expect(reasons(found)).toEqual(['6 compressed data ends too early']);
      await writer.close();
    });
  });

  it('leaves a file alone that holds something, and uses an empty one', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'c.jsonl');
      writeFileSync(path, 'evidence');
      const refused = openCaptureWriter(path, HEADER, { now: () => 1 });
      await expect(refused.write(observations)).rejects.toThrow(
        `cannot write ${path}: the file exists: give another path, or --force to replace it`,
      );
      await expect(refused.close()).rejects.toThrow(CaptureWriteError);
      expect(readFileSync(path, 'utf8')).toBe('evidence');
      writeFileSync(path, '');
      const writer = openCaptureWriter(path, HEADER, { now: () => 1 });
      await writer.close();
      expect(readFileSync(path, 'utf8').replace(/^\{"chain".*\n/gm, '')).toBe(`${encodeHeader(HEADER)}\n`);
    });
  });

  it('says which file cannot be written, and why', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'none', 'c.jsonl');
      const writer = openCaptureWriter(path, HEADER, { now: () => 1 });
      const error: unknown = await writer.close().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CaptureWriteError);
      expect(error).toMatchObject({ path, code: 'ENOENT', message: `cannot write ${path}: no such file or folder` });
      mkdirSync(join(folder, 'd'));
      await expect(openCaptureWriter(join(folder, 'd'), HEADER, { now: () => 1 }).close()).rejects.toThrow(
        'is a folder',
      );
    });
  });

  it('says that the disk is full, once and for all', async () => {
    const writer = openCaptureWriter('/dev/full', HEADER, { now: () => 1 });
    await expect(writer.write(observations)).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
    await expect(writer.write(observations)).rejects.toThrow('/dev/full');
    await expect(writer.close()).rejects.toThrow(CaptureWriteError);
  });

  it('makes captures that gzip can be put together with', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'c.gz');
      const writer = openCaptureWriter(path, HEADER, { now: () => 1 });
      await writer.write(observations);
      await writer.close();
      appendFileSync(path, gzipSync(encode(observations)));
      expect(await read(readFileSync(path))).toHaveLength(4);
    });
  });
});

describe('a key that is given twice', () => {
  it('is named, and the last one counts', async () => {
    const text = encode([snapshotAt(5, { prog: [{ id: 1 }] })]).replace('"prog":', '"prog":[{"id":7}],"prog":');
    const observations = await read(text);
    expect(reasons(observations)).toEqual(['2 a key is given twice in one object, and the last one counts']);
    expect(observations.map(({ kind }) => kind)).toEqual(['unreadable', 'snapshot']);
  });
});
