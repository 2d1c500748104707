import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type InputSource, type Observation, SourceError } from '../../../src/model/observation.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { memoryInput, openBytes } from '../../../src/sources/bytes.ts';
import { openInputs } from '../../../src/sources/open.ts';
import { ReadingThreads } from '../../../src/sources/thread/reading-threads.ts';
import { collect, inFolder } from '../helpers.ts';

const ENTRY = new URL('../../../src/thread.ts', import.meta.url);

/** Some pieces of 1 MiB, so that more than one batch is under way. */
function log(first: number, events: number): string {
  return Array.from({ length: events }, (_, index) => {
    const at = `${(1_700_000_000 + (first + index) / 100).toFixed(3)}:${first + index}`;
    const call = `type=SYSCALL msg=audit(${at}): arch=c000003e syscall=${index % 9 === 0 ? 321 : 59} success=yes a0=5`;
    return `type=BPF msg=audit(${at}): prog-id=${index} op=LOAD\n${call}\ntype=PROCTITLE msg=audit(${at}): proctitle=6162\n`;
  }).join('');
}

function threaded(threads: ReadingThreads, inputs: Parameters<ReadingThreads['auditLogSource']>[0]): InputSource {
  const source = threads.auditLogSource(inputs);
  if (source === null) throw new Error('it is not read in a thread');
  return source;
}

describe('a log that is read in a thread', () => {
  it('gives what this thread reads: observations, facts and progress', async () => {
    await inFolder(async (folder) => {
      const paths = [join(folder, 'audit.log.1'), join(folder, 'audit.log')];
      writeFileSync(paths[0] ?? '', `${log(0, 6000)}\nnot a record\n`);
      writeFileSync(paths[1] ?? '', gzipSync(log(6000, 9000)));
      for (const path of paths) utimesSync(path, 1_700_000_100, 1_700_000_100);
      const open = () => Promise.all(paths.map((path) => openBytes(path)));
      const here = auditLogSource(await open());
      const there = threaded(new ReadingThreads(ENTRY, 0), await open());
      expect(there.progress()).toMatchObject({ bytes: 0, totalBytes: here.progress().totalBytes });
      const seen = await collect(there);
      expect(seen.filter(({ kind }) => kind === 'audit')).toHaveLength(15_000);
      expect(seen).toEqual(await collect(here));
      expect(there.facts()).toEqual(here.facts());
      expect(there.progress()).toEqual(here.progress());
    });
  });

  it('is read no further than a few batches ahead of who takes them, and ends when it is told to', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      const events = log(0, 3000);
      writeFileSync(path, events.repeat(Math.ceil((100 * 2 ** 20) / events.length)));
      const threads = new ReadingThreads(ENTRY);
      const source = threaded(threads, [await openBytes(path)]);
      const abort = new AbortController();
      let batches = 0;
      for await (const _ of source.observations(abort.signal)) {
        batches += 1;
        if (batches === 2) {
          await new Promise((resolve) => setTimeout(resolve, 400));
          abort.abort();
        }
      }
      const { bytes, totalBytes } = source.progress();
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(totalBytes ?? 0);
      // The next one has a thread again.
      expect(threads.auditLogSource([await openBytes(path)])).not.toBeNull();
    });
  });

  it('that is gone by then is named with the reason', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      writeFileSync(path, log(0, 1));
      const source = threaded(new ReadingThreads(ENTRY, 0), [{ ...(await openBytes(path)), path: `${path}.gone` }]);
      const error = await collect(source).catch((each: unknown) => each);
      expect(error).toBeInstanceOf(SourceError);
      expect(error).toMatchObject({ kind: 'input', message: `${path}.gone: no such file or folder` });
    });
  });
});

describe('what is worth a thread', () => {
  it('is large, can be opened again, and one at a time', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      writeFileSync(path, log(0, 3000));
      const file = await openBytes(path);
      expect(new ReadingThreads(ENTRY).auditLogSource([file])).toBeNull();
      const threads = new ReadingThreads(ENTRY, 0);
      expect(threads.auditLogSource([file, memoryInput('in an archive', Buffer.from(log(0, 1)))])).toBeNull();
      const reading = threaded(threads, [file]).observations(new AbortController().signal)[Symbol.asyncIterator]();
      await reading.next();
      expect(threads.auditLogSource([file])).toBeNull();
      await reading.return?.();
      expect(threads.auditLogSource([file])).not.toBeNull();
    });
  });

  it('changes nothing in a folder of several hosts and kinds', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'a.log'), log(0, 400).replaceAll('type=', 'node=a type='));
      writeFileSync(join(folder, 'b.log'), log(200, 400).replaceAll('type=', 'node=b type='));
      writeFileSync(
        join(folder, 'prog.json'),
        '[{"id":1,"type":"xdp","name":"x","tag":"00","gpl_compatible":true,"loaded_at":1700000000,"uid":0}]',
      );
      const now = () => 0;
      const read = async (source: InputSource): Promise<readonly Observation[]> => collect(source);
      const here = await read(await openInputs([folder], { now }));
      expect(readdirSync(folder)).toHaveLength(3);
      expect(here.length).toBeGreaterThan(800);
      expect(await read(await openInputs([folder], { now, threads: new ReadingThreads(ENTRY, 0) }))).toEqual(here);
    });
  });
});
