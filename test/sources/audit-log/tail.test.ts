import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observation.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { tailAuditLog } from '../../../src/sources/audit-log/tail.ts';
import { openBytes } from '../../../src/sources/bytes.ts';
import { collect, inFolder } from '../helpers.ts';

const record = (serial: number, type = 'BPF', time = '1.000') =>
  `type=${type} msg=audit(${time}:${serial}): prog-id=${serial} op=LOAD\n`;

function shape(each: Observation): string {
  if (each.kind !== 'audit') return each.kind === 'unreadable' ? each.unreadable.reason : each.kind;
  return `${each.group.serial}: ${each.group.records.map(({ type }) => type).join(' ')}`;
}

/** A tail that runs, and what it has given so far. */
function follow(path: string, pollMs = 5, quietMs = 20) {
  const abort = new AbortController();
  const source = tailAuditLog(path, { pollMs, quietMs });
  const seen: Observation[] = [];
  const iterator = source.observations(abort.signal)[Symbol.asyncIterator]();
  const until = async (count: number) => {
    while (seen.length < count) {
      const next = await iterator.next();
      if (next.done === true) throw new Error('the tail ended');
      seen.push(...next.value);
    }
    return seen.map(shape);
  };
  const stop = async () => {
    abort.abort();
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) seen.push(...next.value);
    return seen.map(shape);
  };
  /** Resolves when the tail is listening. */
  const start = () => iterator.next();
  return { source, seen, until, stop, start };
}

describe('tailAuditLog', () => {
  it('starts at the end of the log, and closes an event when it falls silent', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      writeFileSync(path, record(1) + record(2));
      const tail = follow(path);
      await tail.start();
      appendFileSync(path, record(3) + record(3, 'SYSCALL'));
      expect(await tail.until(1)).toEqual(['3: BPF SYSCALL']);
      expect(tail.seen[0]).toMatchObject({
        group: { records: [{ line: 3, offset: 2 * record(1).length }, { line: 4 }] },
      });
      expect(tail.source.progress()).toMatchObject({ lines: 2, records: { BPF: 1, SYSCALL: 1 }, totalBytes: null });
      await tail.stop();
    });
  });

  it('waits for a log that is not there yet, and reads it from its start', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      const tail = follow(path);
      await tail.start();
      writeFileSync(path, record(1));
      expect(await tail.until(1)).toEqual(['1: BPF']);
      await tail.stop();
    });
  });

  it('waits for the rest of a line', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      const tail = follow(path);
      const line = record(1);
      await tail.start();
      writeFileSync(path, line.slice(0, 20));
      const found = tail.until(1);
      await new Promise((resolve) => setTimeout(resolve, 60));
      appendFileSync(path, line.slice(20));
      expect(await found).toEqual(['1: BPF']);
      await tail.stop();
    });
  });

  it('loses nothing to rotation, several between two looks included, and joins an event across it', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      writeFileSync(path, record(1));
      const tail = follow(path, 40);
      await tail.start();
      appendFileSync(path, record(2));
      renameSync(path, `${path}.1`);
      writeFileSync(path, record(2, 'SYSCALL') + record(3));
      renameSync(`${path}.1`, `${path}.2`);
      renameSync(path, `${path}.1`);
      writeFileSync(path, record(4));
      expect((await tail.until(3)).sort()).toEqual(['2: BPF SYSCALL', '3: BPF', '4: BPF']);
      expect(tail.source.progress().lines).toBe(4);
      await tail.stop();
    });
  });

  it('starts over when the log was truncated, and says that something may be lost', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      writeFileSync(path, record(1) + record(2));
      const tail = follow(path);
      await tail.start();
      truncateSync(path);
      appendFileSync(path, record(3));
      expect(await tail.until(2)).toEqual([
        'log was truncated: records written since the last look are lost',
        '3: BPF',
      ]);
      await tail.stop();
    });
  });

  it('gives the events that a later reading of the file gives', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      const tail = follow(path);
      await tail.start();
      const found = tail.until(60);
      for (let serial = 1; serial <= 60; serial += 1) {
        const time = `1.${serial + 100}`;
        appendFileSync(path, record(serial, 'SYSCALL', time) + record(serial, 'BPF', time));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(await found).toEqual((await collect(auditLogSource([await openBytes(path)]))).map(shape));
      await tail.stop();
    });
  });

  it('gives what is still open when it is stopped', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      const tail = follow(path, 5, 60_000);
      await tail.start();
      writeFileSync(path, `${record(1)}no record\n`);
      await tail.until(1);
      expect(await tail.stop()).toEqual(['no audit record', '1: BPF']);
    });
  });

  it('says that a log cannot be read', async () => {
    await inFolder(async (folder) => {
      const tail = follow(folder);
      await expect(tail.start()).rejects.toThrow(/is a folder|illegal operation/i);
    });
  });

  it('ends at once when it was stopped before', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'audit.log');
      writeFileSync(path, record(1));
      const tail = follow(path);
      expect(await tail.stop()).toEqual([]);
      rmSync(path);
    });
  });
});
