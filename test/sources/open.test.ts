import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Observation, SourceError } from '../../src/model/observation.ts';
import { openCaptureWriter } from '../../src/sources/capture/writer.ts';
import { detectFormat } from '../../src/sources/detect.ts';
import { type InputSpec, openInputs } from '../../src/sources/open.ts';
import { snapshotAt } from '../helpers/observations.ts';
import { tarOf } from '../helpers/tar.ts';
import { collect, FIXTURES, inFolder } from './helpers.ts';

const detect = (text: string) => detectFormat(Buffer.from(text));
const AUDIT = readFileSync(join(FIXTURES, 'audit', 'raw.log'));
const PROG = readFileSync(join(FIXTURES, 'bpftool', 'folder', 'prog.json'));
const EVENT = JSON.stringify({
  id: '018d91ba-9eed-7c94-9e01-63f7af4eec46',
  time: 5,
  type: 'map-access',
  severity: 'info',
  source: 's',
  host: 'h',
  details: {},
  evidence: [],
});

const unread = (observations: readonly Observation[]) =>
  observations.flatMap((each) =>
    each.kind === 'unreadable' ? [`${each.unreadable.at.file}: ${each.unreadable.reason}`] : [],
  );

describe('detectFormat', () => {
  it.each([
    ['audit', 'type=BPF msg=audit(1.000:1): prog-id=1 op=LOAD'],
    ['audit', '\r\n\ufeffnode=a type=BPF msg=audit(1.000:1): prog-id=1 op=LOAD'],
    ['audit', 'msg=audit(1.0\n \ngarbage\ntype=1334 msg=audit(1.000:1): x'],
    ['capture', '{"format":"bpfwitness-capture","version":1,"host":"h","startedAt":1,"tool":"0"}\n'],
    ['events', `${EVENT}\n${EVENT}`],
    ['events', EVENT.slice(0, 120)],
    ['bpftool', PROG.toString()],
    ['bpftool', PROG.toString().slice(0, 200)],
    ['bpftool', readFileSync(join(FIXTURES, 'bpftool', 'batch.json'), 'utf8')],
    ['bpftool', '[{\n        "id": 453,\n        "type": "array",\n        "bytes_key": 4'],
    ['bpftool', '[{"xdp":[],"tc":[],"flow_dissector":["id":5]}]'],
    ['bpftool', '{"error":"can\'t get prog list: Operation not permitted"}'],
    ['bpftool', '[]\n'],
    ['bpftool', '57: xdp  name wit  tag 9bf6d88144148dc4  gpl\n\txlated 16B  not jited\n'],
    ['bpftool', 'xdp:\n\ntc:\n\nflow_dissector:\n\n'],
    ['bpftool', '[{"id":1,"size":5,"prog_ids":[],"map_ids":[],"kernel":true}]'],
    ['bpftool', '[{"id":1,"name":"x","kernel_struct_ops":"y"}]'],
    ['archive', tarOf([{ name: 'x', data: 'y' }]).toString('latin1')],
    ['agent', '{"ID":"1707546943.213:164","NODE":"h","BPF":{"op":"LOAD","prog-id":60}}'],
    ['empty', ''],
    ['empty', ' \r\n\n'],
    ['unknown', 'hello'],
    ['unknown', '{"programs":[{"name":"p","uid":0,"helpers":[]}],"maps":[],"capabilities":[]}'],
    ['agent', '{"process_exec":{"process":{"pid":1,"binary":"/bin/sh"}},"node_name":"n","time":"2024"}'],
    ['unknown', '\0\0\0\0'],
  ])('%s: %j', (format, text) => expect(detect(text).format).toBe(format));

  it('knows a log that was made longer, or truncated under its writer, and takes no other file for one', () => {
    const load = 'type=BPF msg=audit(1.000:1): prog-id=1 op=LOAD\n';
    const hole = '\0'.repeat(5000);
    expect([`${load}${hole}`, `${hole}${load}`].map((text) => detect(text).format)).toEqual(['audit', 'audit']);
    expect([hole, `\0\x01\x02\x03${load.slice(0, 30)}\x04`].map((text) => detect(text).format)).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  it('says of a capture of another version, and of what is packed, what it is', () => {
    expect(detect('{"format":"bpfwitness-capture","version":9}')).toMatchObject({
      reason: 'is a capture of version 9; this program reads version 1',
    });
    expect(detect('BZh91AY&SY')).toMatchObject({ reason: 'not recognised: packed with bzip2: unpack it first' });
  });

  it('takes a version for none that is no number', () => {
    const hostile = '{"format":"bpfwitness-capture","version":[{"toString":null,"valueOf":null}]}';
    expect(detect(hostile)).toMatchObject({ format: 'unknown' });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        detectFormat(bytes);
      }),
    );
  });
});

describe('openInputs', () => {
  it('reads a folder with all kinds in it, by what they are and by time', async () => {
    await inFolder(async (folder) => {
      const sub = join(folder, 'sub');
      mkdirSync(sub);
      writeFileSync(join(folder, 'b'), gzipSync(AUDIT));
      copyFileSync(join(FIXTURES, 'audit', 'enriched.log'), join(sub, 'audit.log'));
      writeFileSync(join(sub, 'p.json'), PROG);
      utimesSync(join(sub, 'p.json'), 1_795_447_617.5, 1_795_447_617.5);
      writeFileSync(join(folder, 'e.jsonl'), `${EVENT}\n`);
      writeFileSync(join(folder, 'notes.txt'), 'hello');
      writeFileSync(join(folder, 'nothing'), '');
      symlinkSync(folder, join(folder, 'loop'));
      const writer = openCaptureWriter(
        join(folder, 'c.jsonl.gz'),
        { host: 'h', startedAt: 1, tool: '0' },
        { now: () => 1 },
      );
      await writer.write([snapshotAt(6)]);
      await writer.close();

      const inputs = await openInputs([folder]);
      expect(inputs.name).toBe(folder);
      expect(inputs.inputs.map(({ name }) => name.slice(folder.length + 1))).toEqual([
        'b',
        'c.jsonl.gz',
        'e.jsonl',
        'sub/audit.log',
        'sub/p.json',
      ]);
      const observations = await collect(inputs);
      expect(unread(observations)).toEqual([]);
      expect(inputs.facts().map(({ name, format }) => [name.slice(folder.length + 1), format])).toEqual([
        ['b', 'audit log'],
        ['c.jsonl.gz', 'bpfwitness capture'],
        ['e.jsonl', 'bpfwitness events'],
        ['sub/audit.log', 'audit log, enriched'],
        ['sub/p.json', 'bpftool JSON'],
        ['loop', 'a link, not followed'],
        ['notes.txt', 'not recognised'],
        ['nothing', 'no data'],
      ]);
      const times = observations.flatMap(({ time }) => (time === null ? [] : [time]));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.slice(0, 2)).toEqual([5, 6]);
      const saved = observations.find((each) => each.kind === 'snapshot' && each.snapshot.host === 'unknown');
      expect(saved?.time).toBe(1_795_447_617_500);
      for (const each of inputs.inputs) expect(each.progress().bytes).toBe(each.progress().totalBytes);
      expect(inputs.progress()).toMatchObject({ records: { event: 1, prog: 3, snapshot: 1, BPF: 4 } });
    });
  });

  it('takes a log that does not say its host to be of the only one that is named beside it', async () => {
    const capture = (host: string) => ({
      name: `${host}.capture`,
      bytes: Buffer.from(`{"format":"bpfwitness-capture","version":1,"host":"${host}","startedAt":1,"tool":"0"}\n`),
    });
    const log = { name: 'audit.log', bytes: Buffer.from('type=BPF msg=audit(5.000:1): prog-id=1 op=LOAD\n') };
    const nodes = async (specs: readonly InputSpec[]) =>
      (await collect(await openInputs(specs))).flatMap((each) => (each.kind === 'audit' ? [each.group.node] : []));
    expect(await nodes([log, capture('vm')])).toEqual(['vm']);
    expect(await nodes([log, capture('vm'), capture('edge')])).toEqual([null]);
    expect(await nodes([log])).toEqual([null]);
  });

  it('sorts out the files of a rotated log', async () => {
    await inFolder(async (folder) => {
      const lines = AUDIT.toString().trimEnd().split('\n');
      // Between two events, in three files, the newest without a number.
      const cuts: readonly (readonly [string, number, number])[] = [
        ['audit.log', 23, 33],
        ['audit.log.1', 15, 23],
        ['audit.log.2', 0, 15],
      ];
      for (const [name, from, to] of cuts) writeFileSync(join(folder, name), `${lines.slice(from, to).join('\n')}\n`);
      const serials = (observations: readonly Observation[]) =>
        observations.map((each) => each.kind === 'audit' && each.group.serial);
      writeFileSync(join(folder, 'whole'), AUDIT);
      const names = cuts.map(([name]) => join(folder, name));
      const whole = serials(await collect(await openInputs([join(folder, 'whole')])));
      expect(serials(await collect(await openInputs(names)))).toEqual(whole);
    });
  });

  it('reads - and bytes at hand', async () => {
    const stdin = async function* () {
      yield gzipSync(AUDIT);
    };
    const one = await collect(await openInputs(['-'], { stdin }));
    const other = await collect(await openInputs([{ name: 'demo', bytes: gzipSync(AUDIT) }]));
    expect(one).toHaveLength(14);
    expect(other).toHaveLength(14);
    const saved = async function* () {
      yield PROG;
    };
    expect((await collect(await openInputs(['-'], { stdin: saved, now: () => 9 })))[0]).toMatchObject({ time: 9 });
  });

  it('takes listings of one folder together when they are named one by one', async () => {
    const folder = join(FIXTURES, 'bpftool', 'folder');
    const inputs = await openInputs([join(folder, 'prog.json'), join(folder, 'net.json')]);
    expect(inputs.inputs).toHaveLength(1);
    expect(await collect(inputs)).toHaveLength(1);
  });

  it('goes on without what cannot be read, and says so', async () => {
    const log = join(FIXTURES, 'audit', 'raw.log');
    const observations = await collect(await openInputs(['/no/such/file', log]));
    expect(unread(observations)).toEqual(['/no/such/file: no such file or folder']);
    expect(observations).toHaveLength(15);
  });

  it('fails when nothing can be read, with the reasons', async () => {
    await inFolder(async (folder) => {
      await expect(openInputs([folder])).rejects.toThrow(
        new SourceError('input', 'nothing to read: no file was found'),
      );
      writeFileSync(join(folder, 'notes'), 'hello');
      await expect(openInputs(['/no/such/file', folder])).rejects.toThrow(
        /^\/no\/such\/file: no such file or folder; .*notes: not recognised/,
      );
    });
  });

  it('takes a rotated log for one input, the oldest file first', async () => {
    await inFolder(async (folder) => {
      const at = (seconds: number) => `type=BPF msg=audit(${seconds}.000:${seconds}): prog-id=1 op=LOAD\n`;
      writeFileSync(join(folder, 'audit.log'), at(30));
      writeFileSync(join(folder, 'audit.log.1'), at(20));
      writeFileSync(join(folder, 'audit.log-20240131.gz'), gzipSync(at(10)));
      writeFileSync(join(folder, 'other.log'), at(25));
      const inputs = await openInputs([folder]);
      expect(inputs.inputs).toHaveLength(2);
      const times = (await collect(inputs)).map(({ time }) => time);
      expect(times).toEqual([10_000, 20_000, 25_000, 30_000]);
      expect(inputs.facts().map(({ name }) => name.slice(folder.length + 1))).toEqual([
        'audit.log-20240131.gz',
        'audit.log.1',
        'audit.log',
        'other.log',
      ]);
    });
  });

  it('reads what archives hold, each file by itself', async () => {
    const bytes = tarOf([
      { name: 'logs/audit.log.2.gz', data: gzipSync(AUDIT) },
      { name: 'logs/e.jsonl', data: EVENT },
      { name: 'bpf/prog.json', data: PROG, modified: 3 },
      { name: 'README', data: 'hello' },
      { name: 'wtmp', data: Buffer.alloc(384 * 3).fill(2, 0, 1) },
    ]);
    const whole = await openInputs([{ name: 'plain', bytes: AUDIT }]);
    const serials = (all: readonly Observation[]) =>
      all.flatMap((each) => (each.kind === 'audit' ? each.group.serial : []));
    for (const packed of [bytes, gzipSync(bytes)]) {
      const inputs = await openInputs([{ name: 'a.tar', bytes: packed }]);
      const observations = await collect(inputs);
      expect(unread(observations)).toEqual([]);
      expect(serials(observations)).toEqual(serials(await collect(whole)));
      expect(observations.find(({ kind }) => kind === 'snapshot')).toMatchObject({ time: 3000 });
      expect(inputs.facts().map(({ name, format }) => [name, format])).toEqual([
        ['a.tar!logs/audit.log.2.gz', 'audit log'],
        ['a.tar!logs/e.jsonl', 'bpfwitness events'],
        ['a.tar!bpf/prog.json', 'bpftool JSON'],
        ['a.tar', 'tar archive'],
        ['a.tar!README', 'not recognised'],
        ['a.tar!wtmp', 'not recognised: a login record (utmp, wtmp or btmp)'],
      ]);
    }
  });

  it('reads what is whole of an archive that is cut off, and says so', async () => {
    const bytes = tarOf([
      { name: 'one.log', data: AUDIT },
      { name: 'two.log', data: AUDIT },
    ]);
    const cut = bytes.subarray(0, bytes.length - 4000);
    for (const packed of [cut, gzipSync(cut)]) {
      const observations = await collect(await openInputs([{ name: 'a', bytes: packed }]));
      expect(unread(observations)).toEqual([
        'a: the archive ends inside two.log',
        'a!two.log: the archive ends inside it',
      ]);
    }
  });

  it('says of what was named why it cannot be read here', async () => {
    const refused = async (head: string) => {
      const bytes = Buffer.from(head, 'latin1');
      return openInputs([{ name: 'f', bytes }]).catch((error: Error) => error.message);
    };
    expect(await refused('LPKSHHRH\0\0')).toBe(
      'f: not recognised: a binary journal: export it with `journalctl --file FILE -o json`',
    );
    expect(await refused('\x7fELF\x02')).toBe('f: not recognised: a program (ELF)');
    expect(await refused('PK\x03\x04')).toBe('f: not recognised: a zip archive: unpack it first');
    expect(await refused('\xd4\xc3\xb2\xa1')).toBe('f: not recognised: a packet capture');
    expect(await refused('hello')).toMatch(/^f: not recognised: neither an audit log, nor /);
  });

  it('reads a file once that is named twice', async () => {
    const log = join(FIXTURES, 'audit', 'raw.log');
    expect((await openInputs([log, log])).inputs).toHaveLength(1);
  });

  it('reads every file of an archive that has several of one name, and none for another', async () => {
    await inFolder(async (folder) => {
      const load = (id: number) => `type=BPF msg=audit(1.00${id}:${id}): prog-id=${id} op=LOAD\n`;
      const files = [
        { name: 'log', data: load(1) },
        { name: './log', data: load(2) },
        { name: 'log', data: load(3) },
      ];
      writeFileSync(join(folder, 'x.tar'), tarOf(files));
      writeFileSync(join(folder, 'y.tgz'), gzipSync(tarOf(files.slice(1))));
      // A file may be called as a file in an archive is.
      writeFileSync(join(folder, 'x.tar!log'), load(4));
      const source = await openInputs([folder]);
      const read = (await collect(source)).filter(({ kind }) => kind === 'audit');
      expect(read).toHaveLength(6);
      const names = source.facts().map(({ name }) => name.slice(folder.length + 1));
      expect(names).toEqual(expect.arrayContaining(['x.tar!log', 'x.tar!log (2)', 'x.tar!log (3)', 'x.tar!log (4)']));
    });
  });

  it('does not go through more archives within archives than anyone makes', async () => {
    let bytes = tarOf([{ name: 'audit.log', data: AUDIT }]);
    for (let depth = 0; depth < 4; depth += 1) bytes = tarOf([{ name: 'inner.tar', data: bytes }]);
    await expect(openInputs([{ name: 'a', bytes }])).rejects.toThrow('an archive more than 3 archives deep');
  });

  it('says of packed data with nothing good in it that it is damaged', async () => {
    const bytes = Buffer.concat([gzipSync('x').subarray(0, 10), Buffer.alloc(20, 0xff)]);
    await expect(openInputs([{ name: 'a.gz', bytes }])).rejects.toThrow('a.gz: compressed data is damaged');
    const stdin = async function* () {
      yield bytes;
    };
    await expect(openInputs(['-'], { stdin })).rejects.toThrow('-: compressed data is damaged');
  });

  it('says of an empty file that it has no data, and nothing more', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'a'), '');
      expect(unread(await collect(await openInputs([join(folder, 'a')])))).toEqual([`${join(folder, 'a')}: no data`]);
    });
  });

  it.skipIf(process.getuid?.() === 0)('says that it may not read a file', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'a'), AUDIT);
      chmodSync(join(folder, 'a'), 0);
      await expect(openInputs([join(folder, 'a')])).rejects.toThrow('permission denied');
    });
  });
});
