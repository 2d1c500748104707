import type { Progress, Source } from '../model/observation.ts';

/** The progress of several sources as one: sums, and no total where one of them has none. */
export function totalProgress(name: string, sources: readonly Source[]): Progress {
  const records = new Map<string, number>();
  let bytes = 0;
  let lines = 0;
  let totalBytes: number | null = 0;
  for (const source of sources) {
    const each = source.progress();
    bytes += each.bytes;
    lines += each.lines;
    totalBytes = totalBytes === null || each.totalBytes === null ? null : totalBytes + each.totalBytes;
    for (const [type, count] of Object.entries(each.records)) records.set(type, (records.get(type) ?? 0) + count);
  }
  return { name, bytes, totalBytes, lines, records: Object.fromEntries(records) };
}
