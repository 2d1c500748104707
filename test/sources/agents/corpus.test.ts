import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { agentFormat, agentSource } from '../../../src/sources/agents/detect.ts';
import type { ByteInput } from '../../../src/sources/bytes.ts';
import { memoryInput, openBytes, pipeInput } from '../../../src/sources/bytes.ts';
import { CORPUS, collect } from '../helpers.ts';

const FOLDERS: { readonly [folder: string]: string } = {
  'auditbeat-json': 'auditbeat',
  ig: 'ig',
  tetragon: 'tetragon',
  tracee: 'tracee',
};

const files = existsSync(CORPUS)
  ? Object.keys(FOLDERS).flatMap((folder) => readdirSync(join(CORPUS, folder)).map((name) => join(folder, name)))
  : [];

/** Objects at top level, counted by braces outside strings alone. */
function countObjects(text: string): number {
  const braces = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/[{}]/g) ?? [];
  let depth = 0;
  let count = 0;
  for (const brace of braces) {
    depth += brace === '{' ? 1 : -1;
    if (depth === 0) count += 1;
  }
  return count;
}

async function read(input: ByteInput, text: string) {
  const format = agentFormat(text.slice(0, 64 * 1024));
  if (format === null) throw new Error('not recognised');
  const source = agentSource(input, format);
  return { format, observations: await collect(source), facts: source.facts()[0], progress: source.progress() };
}

describe.skipIf(files.length === 0)('public samples of agents', () => {
  it.each(files)('%s: nothing is dropped', async (file) => {
    const text = readFileSync(join(CORPUS, file), 'utf8');
    const { format, observations, facts, progress } = await read(await openBytes(join(CORPUS, file)), text);
    expect(format).toBe(FOLDERS[file.split('/')[0] ?? '']);
    expect(facts?.lines).toBe(text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
    expect(progress).toMatchObject({ lines: facts?.lines, records: facts?.records, bytes: facts?.bytes });

    const counted = Object.values(progress.records).reduce((sum, count) => sum + count, 0);
    const refused = observations.filter(({ kind }) => kind === 'unreadable').length;
    // What has no date at all is counted and also listed, once for the file.
    const untold = facts?.timeRange === null && counted > 0 ? 1 : 0;
    expect(counted + refused - untold).toBe(countObjects(text));
    const told: Record<string, number> = {};
    for (const each of observations) {
      if (each.kind !== 'skipped') continue;
      for (const [kind, count] of Object.entries(each.records)) told[kind] = (told[kind] ?? 0) + count;
    }
    if (Object.keys(told).length > 0) expect(told).toEqual(facts?.records);
  });

  it('are the same in one-byte pieces, as gzip, and through a pipe', async () => {
    const file = 'tetragon/cilium_tetragon__testdata_events.json';
    const bytes = readFileSync(join(CORPUS, file));
    const text = bytes.toString();
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1);
    };
    const inputs = [memoryInput('f', bytes), pipeInput('f', () => pieces()), memoryInput('f', gzipSync(bytes))];
    for (const input of inputs) {
      const { observations, facts } = await read(input, text);
      // How many batches there are depends on the pieces; what is in them together does not.
      const skipped = observations.flatMap((each) => (each.kind === 'skipped' ? Object.entries(each.records) : []));
      expect(new Set(skipped.map(([kind]) => kind))).toEqual(new Set(['tetragon process_exec']));
      expect(skipped.reduce((sum, [, count]) => sum + count, 0)).toBe(3);
      expect(observations.at(-1)?.time).toBe(facts?.timeRange?.last);
      expect(facts).toMatchObject({ lines: 3, hosts: ['my-node'], records: { 'tetragon process_exec': 3 } });
    }
  });
});
