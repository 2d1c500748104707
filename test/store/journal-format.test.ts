import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCommit, encodeCommit, encodeOp, MARK } from '../../src/store/journal-format.ts';

const PREVIOUS = 'ab'.repeat(32);
const anyCommit = fc
  .record({ commit: fc.nat(), events: fc.nat(), newest: fc.maxSafeNat(), oldest: fc.maxSafeNat() })
  .filter(({ events, newest }) => events <= newest);
/** Anything that journals may hold: no mark and no newline within a line. */
const anyLines = fc
  .array(fc.jsonValue().map((value) => JSON.stringify({ value, text: '\ud800\0"' })))
  .map((lines) => Buffer.from(lines.map((line) => `${line}\n`).join('')));

describe('the end of a group', () => {
  it('finds its lines again, whatever is before them', () => {
    fc.assert(
      fc.property(anyLines, anyLines, anyCommit, (before, lines, commit) => {
        const { line, sha256 } = encodeCommit(lines, commit, PREVIOUS);
        const end = Buffer.from(line);
        expect([end.indexOf(10), end.indexOf(MARK), end.lastIndexOf(MARK)]).toEqual([end.length - 1, 0, 0]);
        const journal = Buffer.concat([before, lines, end]);
        const at = before.length + lines.length;
        expect(decodeCommit(journal, at, journal.length - 1)).toEqual({
          ...{ start: before.length, commit },
          link: { previous: PREVIOUS, sha256 },
        });
      }),
    );
  });

  it('is refused when any byte of it or of its lines was changed or is missing', () => {
    const lines = Buffer.from(`${encodeOp({ op: 'alerts', set: [], gone: ['x'] })}\n`);
    const { line: end } = encodeCommit(lines, { commit: 12, events: 3, newest: 45, oldest: 6 }, PREVIOUS);
    const journal = Buffer.concat([lines, end]);
    for (let index = 0; index < journal.length - 1; index += 1) {
      // The mark is what it was found by.
      if (index === lines.length) continue;
      const changed = Buffer.from(journal);
      changed[index] = (changed[index] ?? 0) ^ 4;
      expect(decodeCommit(changed, lines.length, journal.length - 1)).toBeNull();
    }
    for (let length = lines.length; length < journal.length - 1; length += 1) {
      expect(decodeCommit(journal, lines.length, length)).toBeNull();
    }
    expect(decodeCommit(journal.subarray(1), lines.length - 1, journal.length - 2)).toBeNull();
  });

  it('is read as version 1 wrote it, without a link', () => {
    const lines = Buffer.from('{"a":1}\n');
    const says = `{"commit":1,"events":1,"newest":1,"oldest":1,"bytes":${lines.length}`;
    const sum = createHash('sha256').update(lines).update(says).digest('hex').slice(0, 16);
    const journal = Buffer.concat([lines, Buffer.from(`\x1e${says},"sum":"${sum}"}\n`)]);
    expect(decodeCommit(journal, lines.length, journal.length - 1)).toMatchObject({ start: 0, link: null });
  });
});
