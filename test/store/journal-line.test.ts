import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { decodeLine, encodeLine } from '../../src/store/journal-line.ts';

const anyObject = fc.jsonValue().map((value): JsonObject => ({ value: value as JsonObject, text: '\ud800\0"' }));

describe('journal lines', () => {
  it('come back as they were, on one line', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(anyObject), (record, ops) => {
        const line = encodeLine(
          record,
          ops.map((op) => JSON.stringify(op)),
        );
        expect(line.indexOf(10)).toBe(line.length - 1);
        const decoded = decodeLine(line);
        expect(JSON.stringify(decoded)).toBe(JSON.stringify({ record, ops }));
      }),
    );
  });

  it('are refused when any byte was changed or is missing', () => {
    const line = encodeLine(12, [JSON.stringify({ op: 'clear' })]);
    for (let index = 0; index < line.length; index += 1) {
      const changed = Uint8Array.from(line);
      changed[index] = (changed[index] ?? 0) ^ 4;
      expect(decodeLine(changed)).toBeNull();
      expect(decodeLine(line.subarray(0, index))).toBeNull();
    }
  });
});
