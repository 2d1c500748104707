import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fourDigits, isAllPrintable, isAllText } from '../../../src/store/scan/four-bytes.ts';

const wordOf = (bytes: readonly number[]) => new DataView(Uint8Array.from(bytes).buffer).getInt32(0, true);

/** Bytes around all those that are treated apart, and any. */
const anyByte = fc.oneof(
  fc.constantFrom(0, 1, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x2f, 0x30, 0x39, 0x3a, 0x5b, 0x5c, 0x5d, 0x7e, 0x7f, 0x80, 0xff),
  fc.nat(255),
);
const fourBytes = fc.tuple(anyByte, anyByte, anyByte, anyByte);
const numRuns = 20_000;

describe('four bytes at once', () => {
  it('stand for themselves in a JSON string when each of them does', () => {
    const isText = (byte: number) => byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c;
    fc.assert(
      fc.property(fourBytes, (bytes) => {
        expect(isAllText(wordOf(bytes))).toBe(bytes.every(isText));
        expect(isAllPrintable(wordOf(bytes))).toBe(bytes.every((byte) => isText(byte) && byte !== 0x7f));
      }),
      { numRuns },
    );
  });

  it('are a number when each of them is a digit', () => {
    for (let value = 0; value < 10_000; value += 1) {
      const digits = [...String(value).padStart(4, '0')].map((digit) => digit.charCodeAt(0));
      expect(fourDigits(wordOf(digits))).toBe(value);
    }
    fc.assert(
      fc.property(fourBytes, (bytes) => {
        const isNumber = bytes.every((byte) => byte >= 0x30 && byte <= 0x39);
        expect(fourDigits(wordOf(bytes)) >= 0).toBe(isNumber);
      }),
      { numRuns },
    );
  });
});
