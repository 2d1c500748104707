import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LineVisitor, ScanAhead, type ScanBounds } from '../../../src/store/scan/scan-ahead.ts';
import { TEXT_BYTES } from '../../../src/store/scan/scan-slots.ts';
import { makeEvent } from '../fixture-event.ts';

const THREADS = new URL('../../../src/thread.ts', import.meta.url);
const fixture = (name: string) => new URL(`../../fixtures/threads/${name}.ts`, import.meta.url);

interface Seen {
  readonly text: string;
  readonly id: string | null;
}

/** Notes each line, and the id in those that are events. */
function noting(seen: Seen[]): LineVisitor {
  return (bytes, line) => {
    const text = (start: number, end: number) => Buffer.from(bytes.slice(start, end)).toString();
    const id = line.isEvent ? text(line.idStart, line.idEnd) : null;
    seen.push({ text: text(line.lineStart, line.lineEnd), id });
  };
}

/** Gives texts as far as there is room, taking the first ones where there is none: what was seen of all. */
function scanned(scan: ScanAhead, texts: readonly Uint8Array[]): Seen[] {
  const seen: Seen[] = [];
  const visit = noting(seen);
  for (const text of texts) {
    if (scan.isFull) scan.take(visit);
    if (scan.give(text, true)) continue;
    while (scan.waiting > 0) scan.take(visit);
    scan.now(text, true, visit);
  }
  while (scan.waiting > 0) scan.take(visit);
  return seen;
}

function expected(texts: readonly Uint8Array[]): Seen[] {
  return texts.flatMap((text) =>
    Buffer.from(text)
      .toString()
      .split(/(?<=\n)/)
      .map((line) => ({ text: line, id: line.startsWith('{"id"') ? (JSON.parse(line) as { id: string }).id : null })),
  );
}

const textOf = (lines: readonly string[]) => Uint8Array.from(Buffer.from(lines.map((line) => `${line}\n`).join('')));
const event = (number: number) => JSON.stringify(makeEvent(number));
const anyLine = fc.oneof(fc.nat(99).map(event), fc.constantFrom('', 'x', 'no event'));
const anyTexts = fc.array(fc.array(anyLine, { minLength: 1, maxLength: 40 }).map(textOf), { maxLength: 20 });

async function withScan(entry: URL | null, bounds: ScanBounds, use: (scan: ScanAhead) => void | Promise<void>) {
  const scan = new ScanAhead(entry, bounds);
  try {
    await use(scan);
  } finally {
    scan.stop();
  }
}

describe('scanning ahead', () => {
  it.each([
    ['in a thread', THREADS],
    ['where the thread never begins', fixture('idle')],
    ['without a thread', null],
  ])('finds the lines in their order %s', async (_, entry) => {
    await withScan(entry, { worthBytes: 0 }, (scan) => {
      fc.assert(
        fc.property(anyTexts, (texts) => {
          expect(scanned(scan, texts)).toEqual(expected(texts));
        }),
        { numRuns: 50 },
      );
    });
  });

  it('shares long texts between two threads', async () => {
    const text = textOf(Array.from({ length: 2000 }, (_, number) => event(number)));
    const texts = Array.from({ length: 60 }, () => text);
    await withScan(THREADS, { worthBytes: 0 }, (scan) => {
      expect(scanned(scan, texts)).toEqual(expected(texts));
    });
  });

  it('reads lines for which there was no room, and texts that are too long', async () => {
    const short = textOf(Array.from({ length: TEXT_BYTES / 4 }, () => 'ab'));
    const long = textOf([event(1), 'x'.repeat(TEXT_BYTES), event(2)]);
    await withScan(THREADS, { worthBytes: 0 }, (scan) => {
      for (const texts of [[short, short], [long], [short, long, short]]) {
        expect(scanned(scan, texts)).toEqual(expected(texts));
      }
    });
  });

  it('goes on alone when the thread does not answer', async () => {
    const texts = Array.from({ length: 200 }, (_, number) => textOf([event(number)]));
    await withScan(fixture('claims'), { worthBytes: 0, limitMs: 20 }, async (scan) => {
      const seen: Seen[] = [];
      let given = 0;
      // It has some time to start; until then, this thread claims what it gives.
      while (given < 100 && scan.give(texts[given] ?? textOf([]), true)) {
        given += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        scan.take(noting(seen));
      }
      expect(given).toBeLessThan(100);
      expect([...seen, ...scanned(scan, texts.slice(given))]).toEqual(expected(texts));
    });
  });

  it('starts no thread for little', async () => {
    await withScan(fixture('no-such-thread'), {}, (scan) => {
      expect(scan.give(textOf([event(1)]), true)).toBe(false);
      expect(scan.waiting).toBe(0);
    });
  });
});
