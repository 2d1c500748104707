import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBpftoolJson } from '../../../src/sources/bpftool/json.ts';
import { JsonReader } from '../../../src/sources/bpftool/json-reader.ts';

describe('parseBpftoolJson', () => {
  it('reads an array left open with more members than a function takes arguments', () => {
    const text = `[{"id":1,"funcs":[${'"a":1,'.repeat(200_000)}"b":2},{"id":2}]`;
    expect(parseBpftoolJson(text).documents).toEqual([[{ id: 1, funcs: [], a: 1, b: 2 }, { id: 2 }]]);
  });

  it.each([
    ['one array', '[{"id":1}]', [[{ id: 1 }]]],
    ['a bare object', '{"id":1}', [{ id: 1 }]],
    ['outputs appended to one file', '[{"id":1}]\n{"id":2}\n[]', [[{ id: 1 }], { id: 2 }, []]],
    ['nothing at all', '', []],
    ['white space', ' \n\n', []],
    ['null alone', 'null', [null]],
    ['an error element', '[{"id":1},{"error":"no"}]', [[{ id: 1 }, { error: 'no' }]]],
  ])('reads %s as it is', (_name, text, documents) => {
    expect(parseBpftoolJson(text)).toEqual({ documents, repairs: [], errors: [] });
  });

  it.each([
    ['null after a failed net show', '[{"error":"x"}],null', [[{ error: 'x' }]], 'comma at top level'],
    [
      'an attached flow dissector',
      '[{"xdp":[],"flow_dissector":["id":7]}]',
      [[{ xdp: [], flow_dissector: [{ id: 7 }] }]],
      'array with a bare member',
    ],
    [
      'a funcs array that is never closed',
      '[{"id":1,"funcs":[},{"id":2}]',
      [[{ id: 1, funcs: [] }, { id: 2 }]],
      'array left open',
    ],
    ['an escaped apostrophe', '["it\\\'s"]', [["it's"]], "escape \\'"],
    ['an unknown escape', '["a\\xb"]', [['a\\xb']], 'unknown escape, kept as written'],
    [
      'raw control characters',
      '["a\u001b[31m\u0000\tb"]',
      [['a\u001b[31m\u0000\tb']],
      'raw control character in a string (3 times)',
    ],
    ['a null pointer', '[(nil)]', [[null]], 'unquoted (nil)'],
    ['a bare word', '[nan]', [['nan']], 'unquoted text'],
    ['no value', '{"output":}', [{ output: null }], 'member without a value'],
    ['a missing comma', '[{"id":1}{"id":2}]', [[{ id: 1 }, { id: 2 }]], 'comma missing'],
    ['a trailing comma', '[{"id":1,}]', [[{ id: 1 }]], 'comma too many'],
    ['a key twice', '{"id":1,"id":2,', [], 'key given twice, the last one kept'],
    ['a key twice in strict JSON', '[{"id":1,"id":2}]', [[{ id: 2 }]], 'key given twice, the last one kept'],
    ['a byte order mark', '\ufeff[1]', [[1]], 'byte order mark'],
    ['an unclosed object', '[{"a":1]', [[{ a: 1 }]], 'object left open'],
  ])('repairs %s and says so', (_name, text, documents, repair) => {
    const read = parseBpftoolJson(text);
    expect(read.documents).toEqual(documents);
    expect(read.repairs).toContain(repair);
  });

  it('gives what follows an open funcs array back to the link', () => {
    const text = '[{"id":9,"funcs":["pinned":["/sys/fs/bpf/l"],"pids":[{"pid":3,"comm":"x"}]},{"id":10}]';
    const read = parseBpftoolJson(text);
    expect(read.documents).toEqual([
      [{ id: 9, funcs: [], pinned: ['/sys/fs/bpf/l'], pids: [{ pid: 3, comm: 'x' }] }, { id: 10 }],
    ]);
    expect(read.errors).toEqual([]);
  });

  it('keeps the whole elements of a cut text, and the cut is an error with its place', () => {
    const read = parseBpftoolJson('[{"id":1},\n{"id":2},\n{"id":3,"name":"ab');
    expect(read.documents).toEqual([[{ id: 1 }, { id: 2 }]]);
    expect(read.errors).toEqual([{ line: 3, column: 1, reason: expect.stringContaining('the text ends inside') }]);
  });

  it('passes over lines that are not JSON and names them', () => {
    const read = parseBpftoolJson('libbpf: failed to find\n[{"id":1}]\n12: xdp  name x');
    expect(read.documents).toEqual([[{ id: 1 }]]);
    expect(read.errors.map(({ line, reason }) => [line, reason])).toEqual([
      [1, 'not JSON: libbpf: failed to find'],
      [3, 'not JSON: 12: xdp  name x'],
    ]);
  });

  it('keeps integers past 2^53 exact, as text, and others as numbers', () => {
    const read = parseBpftoolJson(
      '[{"addr":18446744072485508704,"cookie":-9007199254740993,"id":9007199254740991,"e":1e999}]',
    );
    expect(read.documents).toEqual([
      [{ addr: '18446744072485508704', cookie: '-9007199254740993', id: 9007199254740991, e: '1e999' }],
    ]);
  });

  it('gives up on what is nested too deep, without a stack overflow', () => {
    const read = parseBpftoolJson(`[${'['.repeat(200_000)}${']'.repeat(200_000)},1]`);
    expect(read.errors.map(({ reason }) => reason)).toEqual(['nested deeper than 100']);
    expect((read.documents[0] as unknown[])[1]).toBe(1);
  });

  it('passes over strings in what is nested too deep, brackets and quotes in them and all, however long', () => {
    const deep = (inside: string) => `[${'['.repeat(200)}${inside}${']'.repeat(200)},1]`;
    for (const inside of ['"]]\\"]"', '{"[":"{"}, "\\\\"', `"${'a'.repeat(40_000_000)}"`]) {
      const read = parseBpftoolJson(deep(inside));
      expect(read.errors.map(({ reason }) => reason)).toEqual(['nested deeper than 100']);
      expect((read.documents[0] as unknown[])[1]).toBe(1);
    }
  });

  it('lists a hundred errors and counts the rest', () => {
    const read = parseBpftoolJson('%\n'.repeat(250));
    expect(read.errors).toHaveLength(101);
    expect(read.errors.at(-1)?.reason).toBe('150 more errors');
  });

  it('does not let a key reach the prototype', () => {
    const [document] = parseBpftoolJson('[{"__proto__":{"polluted":true},"n":1234567890123456789}]').documents;
    const element = (document as object[])[0] ?? {};
    expect(Object.getPrototypeOf(element)).toBe(Object.prototype);
    expect(Object.keys(element)).toEqual(['__proto__', 'n']);
  });

  it('reads any JSON as JSON.parse does, with the reader as well as without', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.boolean(), (text, pretty) => {
        const value = JSON.parse(text) as unknown;
        const written = pretty ? JSON.stringify(value, null, 2) : text;
        const reader = new JsonReader(written);
        const exact = Object.is(JSON.stringify(value), JSON.stringify(reader.documents()[0]));
        // A double that JSON writes with many digits (1e21 and up) stays text: that is what is wanted.
        expect(exact || /\d{16}/.test(written)).toBe(true);
        expect([reader.repairs().filter((repair) => !repair.startsWith('key given')), reader.errors()]).toEqual([
          [],
          [],
        ]);
      }),
    );
  });

  it('keeps every integer exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (integer) => {
        const [value] = parseBpftoolJson(`[${integer}]`).documents as [[number | string]];
        expect(BigInt(value[0])).toBe(integer);
      }),
    );
  });

  it('never throws, whatever the text, and never reads a broken text in silence', () => {
    const pieces = ['[', ']', '{', '}', ',', ':', '"', '\\', '"id"', '12', 'null', '(nil)', ' ', '\n', '%', '\u001b'];
    const broken = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...pieces)).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(broken, (text) => {
        const { documents, repairs, errors } = parseBpftoolJson(text);
        if (repairs.length > 0 || errors.length > 0) return;
        // Nothing was said, so nothing is missing: only a blank text has no values.
        expect(documents.length === 0).toBe(text.trim().replaceAll('\0', '') === '');
      }),
      { numRuns: 500 },
    );
  });
});
