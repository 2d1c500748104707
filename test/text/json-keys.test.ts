import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasKeyTwice } from '../../src/text/json-keys.ts';

const judge = (text: string) => hasKeyTwice(text, JSON.parse(text));

describe('hasKeyTwice', () => {
  it.each([
    '{"a":1,"a":2}',
    '[{"b":[{"a":1,"b":2,"a" : 3}]}]',
    '{"\\u0061":1,"a":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"\\\\":1,"x":{"\\"":1,"\\"":2}}',
    '{"1":1,"1":2}',
  ])('is true for %s', (text) => expect(judge(text)).toBe(true));

  it.each(['{"a":":","b":"\\":\\\\"}', '[{"a":1},{"a":2}]', '{"a":{"a":{"a":"a"}}}', '"a"', '[]', '{"__proto__":1}'])(
    'is false for %s',
    (text) => expect(judge(text)).toBe(false),
  );

  it('is false for whatever was written as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        expect(judge(JSON.stringify(value, null, indent))).toBe(false);
      }),
    );
  });

  it('goes as deep as JSON.parse does', () => {
    const text = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect(judge(text)).toBe(false);
  });

  it('takes long runs of backslashes and quotes in its stride', () => {
    expect(judge(JSON.stringify({ a: '\\"'.repeat(500_000), b: '\\'.repeat(1_000_000) }))).toBe(false);
  });
});
