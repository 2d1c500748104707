import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonBatch, JsonValues } from '../../../src/sources/agents/json-values.ts';

/** All that is read of a text, given in pieces of `size` bytes. */
function read(text: string | Uint8Array, size = Number.POSITIVE_INFINITY, maxValue?: number) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const values = maxValue === undefined ? new JsonValues('f') : new JsonValues('f', maxValue);
  const batches: JsonBatch[] = [];
  for (let at = 0; at < bytes.length; at += size) batches.push(values.push(bytes.slice(at, at + size)));
  batches.push(values.end());
  return {
    values: batches.flatMap((batch) => batch.values),
    unreadable: batches.flatMap((batch) => batch.unreadable),
    lines: batches.at(-1)?.lines,
  };
}

/** `line@offset value` of each. */
function shown(text: string) {
  return read(text).values.map(({ value, line, offset }) => `${line}@${offset} ${JSON.stringify(value)}`);
}

function reasons(text: string) {
  return read(text).unreadable.map(({ at, reason }) => `${at.line}: ${reason}`);
}

describe('shapes of JSON in a file', () => {
  it('reads one object on each line, blank lines between', () => {
    expect(shown('{"a":1}\n\n  \r\n{"a":2}\r\n')).toEqual(['1@0 {"a":1}', '4@13 {"a":2}']);
  });

  it('reads objects over many lines, several in a row', () => {
    const text = `${JSON.stringify({ a: { b: [1, 2] } }, null, 2)}\n${JSON.stringify({ c: '}{' }, null, 2)}`;
    expect(shown(text)).toEqual(['1@0 {"a":{"b":[1,2]}}', '9@51 {"c":"}{"}']);
    expect(read(text).lines).toBe(11);
  });

  it('reads objects one after the other on one line', () => {
    expect(shown('{"a":1}{"a":2} {"a":3}\n{"a":4}')).toEqual([
      '1@0 {"a":1}',
      '1@0 {"a":2}',
      '1@0 {"a":3}',
      '2@23 {"a":4}',
    ]);
  });

  it('reads lists of objects, on one line or on many', () => {
    expect(shown('[{"a":1},{"a":2}]\n[]\n[\n  {"a":3},\n  {\n    "a": 4\n  }\n]\n')).toEqual([
      '1@0 {"a":1}',
      '1@0 {"a":2}',
      '4@23 {"a":3}',
      '5@34 {"a":4}',
    ]);
    expect(reasons('[{"a":1},{"a":2}]\n')).toEqual([]);
  });

  it('reads a long list without line ends in bounded memory', () => {
    const text = `[${Array.from({ length: 30_000 }, (_, index) => `{"index":${index},"text":"abcdefgh"}`).join(',')}]`;
    const { values, unreadable } = read(text, 10_000, 100_000);
    expect(values.map(({ value }) => value.index)).toEqual(Array.from({ length: 30_000 }, (_, index) => index));
    expect(unreadable).toEqual([]);
  });

  it('finds the object after a syslog prefix', () => {
    const { values } = read('Nov 17 12:18:00 web1 go-audit[12]: {"a":1}\n@cee: {"a":2}\n');
    expect(values.map(({ value, prefix }) => [value, prefix])).toEqual([
      [{ a: 1 }, 'Nov 17 12:18:00 web1 go-audit[12]: '],
      [{ a: 2 }, '@cee: '],
    ]);
  });

  it('passes a byte order mark and the record separators of RFC 7464', () => {
    expect(shown('\ufeff{"a":1}\n\x1e{"a":2}\n')).toEqual(['1@0 {"a":1}', '2@11 {"a":2}']);
  });

  it('keeps whole numbers beyond 2^53, also where a text looks like one', () => {
    const { values } = read(
      '{"time":1657291487418999999,"list":[18446744071607382208, -9007199254740993],"small":1000000000000000}\n' +
        '{"text":",12345678901234567890,","n":12345678901234567890}\n{"e":1e999,"f":1.5}\n',
    );
    expect(values.map(({ value }) => value)).toEqual([
      { time: '1657291487418999999', list: ['18446744071607382208', '-9007199254740993'], small: 1e15 },
      { text: ',12345678901234567890,', n: '12345678901234567890' },
      { e: '1e999', f: 1.5 },
    ]);
  });

  it('keeps the key __proto__ a key', () => {
    const [first] = read('{"__proto__":{"a":1},"n":12345678901234567890}').values;
    expect(Object.keys(first?.value ?? {})).toEqual(['__proto__', 'n']);
    expect(Object.getPrototypeOf(first?.value)).toBe(Object.prototype);
  });
});

describe('what is not JSON', () => {
  it('lists each line that is none, and reads the others', () => {
    expect(shown('hello\n{"a":1}\n42\n{"a":2}\n')).toEqual(['2@6 {"a":1}', '4@17 {"a":2}']);
    expect(reasons('hello\n{"a":1}\n42\n')).toEqual(['1: not JSON', '3: not JSON']);
    expect(reasons('{"a":}\n')).toEqual(['1: not valid JSON']);
  });

  it('gives up an object that another one cuts off', () => {
    const text = '{"a":1,\n{"b":2}\n{"c":"hel\n{"d":4}\n';
    expect(shown(text)).toEqual(['2@8 {"b":2}', '4@26 {"d":4}']);
    expect(reasons(text)).toEqual(['1: cut off before another object begins', '3: cut off inside a string']);
  });

  it('takes back lines that an object without an end had swallowed', () => {
    const text = '{"list":[{"x":1},\n{"b":2}\n{"c":3}\n';
    expect(shown(text)).toEqual(['2@18 {"b":2}', '3@26 {"c":3}']);
    expect(reasons(text)).toEqual(['1: cut off before another object begins']);
  });

  it('says which lines an object over many lines cost', () => {
    const broken = '{\n  "a": {\n    "b": "x\n  },\n  "c": 1\n}\n{"ok":true}\n';
    expect(shown(broken)).toEqual(['7@39 {"ok":true}']);
    expect(reasons(broken)).toEqual(['1: cut off inside a string; lines 1 to 6 are left out']);
  });

  it('says that the file ends inside an object or a list', () => {
    expect(reasons('{"a":1}\n{\n  "b": {\n')).toEqual(['2: cut off: its end is missing; lines 2 to 3 are left out']);
    expect(reasons('[{"a":1},\n')).toEqual(['2: the list is cut off: its end is missing']);
    expect(shown('[{"a":1},\n')).toEqual(['1@0 {"a":1}']);
  });

  it('refuses brackets that do not match, deep nesting, and what is too long', () => {
    expect(reasons('{"a":[1}}\n{"b":1}\n')).toEqual(['1: brackets do not match']);
    expect(reasons(`{"a":${'['.repeat(200)}${']'.repeat(200)}}\n{"b":1}\n`)).toEqual(['1: nested deeper than 100']);
    const long = read(`{"a":"${'x'.repeat(5000)}"}\n{"b":1}\n`, 100, 1000);
    expect(long.values.map(({ value }) => value)).toEqual([{ b: 1 }]);
    expect(long.unreadable.map(({ reason }) => reason)).toEqual(['object is longer than 1000 characters']);
  });

  it('holds little of a line of garbage that does not end', () => {
    const values = new JsonValues('f');
    const piece = new TextEncoder().encode('x'.repeat(256 * 1024));
    const found = Array.from({ length: 40 }, () => values.push(piece)).flatMap((batch) => batch.unreadable);
    expect(found.map(({ reason }) => reason)).toEqual(['not JSON, and very long']);
    expect(values.push(new TextEncoder().encode('\n{"a":1}\n')).values).toHaveLength(1);
  });

  it('reads on after lists of numbers, and after a stray bracket', () => {
    expect(shown('[1,2]\n]\n{"a":1}\n')).toEqual(['3@8 {"a":1}']);
    expect(reasons('[1,2]\n]\n')).toEqual(['1: not JSON', '2: not JSON']);
  });
});

/** Whole numbers that a double does not hold are read as text. */
function exact(_key: string, value: unknown): unknown {
  const long = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return long && Math.abs(value) < 1e21 ? String(value) : value;
}

describe('any input', () => {
  const json = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
  const layout = fc.constantFrom('line', 'pretty', 'list', 'prefix');

  /** Objects in one of the layouts, and a break now and then. */
  const file = fc
    .array(fc.tuple(json, layout, fc.constantFrom('', '\n', ' \r\n', 'garbage\n')), { maxLength: 6 })
    .map((parts) =>
      parts
        .map(([value, how, after]) => {
          if (how === 'pretty') return `${JSON.stringify(value, null, 2)}\n${after}`;
          if (how === 'list') return `[${JSON.stringify(value)},\n${JSON.stringify(value)}]\n${after}`;
          return `${how === 'prefix' ? 'Nov 17 12:18:00 h p[1]: ' : ''}${JSON.stringify(value)}\n${after}`;
        })
        .join(''),
    );

  it('gives each object once, whatever the layout', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(json, fc.boolean())), (parts) => {
        const text = parts.map(([value, pretty]) => JSON.stringify(value, null, pretty ? 2 : 0)).join('\n');
        const expected = parts.map(([value]) => JSON.parse(JSON.stringify(value), exact));
        expect(read(text).values.map(({ value }) => value)).toEqual(expected);
        expect(read(text).unreadable).toEqual([]);
      }),
    );
  });

  it('does not depend on how the bytes come', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 20 }), (text, size) => {
        expect(read(text, size)).toEqual(read(text));
      }),
    );
  });

  it('survives any change of the bytes, and any bytes', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(0, 10, 34, 44, 91, 92, 93, 123, 125, 255), fc.boolean());
    fc.assert(
      fc.property(file, fc.array(change, { minLength: 1, maxLength: 5 }), (text, changes) => {
        let bytes = new TextEncoder().encode(text);
        for (const [where, byte, cut] of changes) {
          if (bytes.length === 0) break;
          bytes[where % bytes.length] = byte;
          if (cut) bytes = bytes.slice(where % bytes.length);
        }
        const whole = read(bytes);
        expect(read(bytes, 7)).toEqual(whole);
        for (const { line } of whole.values) expect(line).toBeLessThanOrEqual(whole.lines ?? 0);
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(bytes, 3)));
  });
});

describe('objects that are none', () => {
  it('are not looked through again and again, and whole lines among them are read', () => {
    // Each line was looked through a hundred times: 2 GB of text, 20 s.
    const line = `{"a":"${'x'.repeat(1000)}","b":\n`;
    const text = `${line.repeat(20_000)}{"good":1}\n${line.repeat(200)}`;
    const { values, unreadable } = read(text, 65_536);
    expect(values.map(({ text: each }) => each)).toEqual(['{"good":1}']);
    expect(unreadable.length).toBe(20_200);
  });
});
