import { Buffer, isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../src/model/event.ts';
import { SEVERITIES } from '../../../src/model/severity.ts';
import { eventShape } from '../../../src/sources/capture/shapes.ts';
import { EventScanner } from '../../../src/store/scan/event-scanner.ts';
import { makeEvent } from '../fixture-event.ts';

const scanner = new EventScanner();

/** What the scanner took of one line, or null when it did not take it. */
function scanned(line: string | Uint8Array): { text: string; time: number; kind: string; parts: string[] } | null {
  const bytes = Uint8Array.from(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
  scanner.load(bytes, isUtf8(bytes));
  const end = scanner.scan(0);
  if (end < 0) return null;
  expect(end).toBe(bytes.length);
  const text = (start: number, stop: number) => Buffer.from(bytes.subarray(start, stop)).toString();
  return {
    text: text(scanner.start, scanner.end),
    time: scanner.time,
    kind: `${EVENT_TYPES[scanner.type]} ${SEVERITIES[scanner.severity]}`,
    parts: [
      text(scanner.idStart, scanner.idEnd),
      text(scanner.sourceStart, scanner.sourceEnd),
      text(scanner.hostStart, scanner.hostEnd),
      text(scanner.detailsStart, scanner.detailsEnd),
      text(scanner.evidenceStart, scanner.evidenceEnd),
      text(scanner.headStart, scanner.headEnd),
    ],
  };
}

/** The event that a line has by JSON.parse and the shape that captures are held to, or null. */
function parsed(line: string): v.InferOutput<typeof eventShape> | null {
  try {
    const value = JSON.parse(line) as object;
    const result = v.safeParse(eventShape, 'event' in value ? value.event : value);
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

const anyString = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('"', '\\', '\ud800', '\u001f', 'é', 'a')),
});
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    anyString,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(anyString, fc.constantFrom('a', 'b', '1', '__proto__')), tie('value'), { maxKeys: 5 }),
  ),
})).value;
const anyPiece = fc.record(
  {
    origin: anyString,
    line: fc.nat(),
    offset: fc.nat(),
    text: anyString,
    via: fc.record({ file: anyString, line: fc.nat(), offset: fc.nat() }, { requiredKeys: ['file'] }),
  },
  { requiredKeys: ['origin'] },
);
const anyEvent = fc.record(
  {
    id: fc.oneof({ weight: 9, arbitrary: fc.uuid() }, anyString),
    time: fc.oneof(
      fc.integer(),
      fc.integer({ min: 0, max: 2e12 }),
      fc.integer({ max: 0 }),
      fc.double({ noNaN: true, min: -8e15, max: 8e15 }),
    ),
    type: fc.constantFrom(...EVENT_TYPES),
    severity: fc.constantFrom(...SEVERITIES),
    source: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('bpftool', 'audit') }, anyString),
    host: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('web-1', '') }, anyString),
    details: fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom('a', 'b_c', 'd') }, anyString), anyJson, {
      maxKeys: 3,
    }),
    evidence: fc.array(anyPiece, { maxLength: 3 }),
    foldedInto: fc.uuid(),
  },
  { requiredKeys: ['id', 'time', 'type', 'severity', 'source', 'host', 'details', 'evidence'] },
);

describe('the scanner of event lines', () => {
  it('takes what JSON.stringify writes of our events, bare and wrapped', () => {
    for (let number = 0; number < 60; number += 1) {
      const event = makeEvent(number, number % 2 === 0 ? {} : { foldedInto: makeEvent(number - 1).id });
      const text = JSON.stringify(event);
      const { id, time, source, host, details, evidence, foldedInto = '' } = event;
      const expected = {
        text,
        time,
        kind: `${event.type} ${event.severity}`,
        parts: [id, source, host, JSON.stringify(details), JSON.stringify(evidence), foldedInto],
      };
      expect(scanned(text)).toEqual(expected);
      expect(scanned(`{"event":${text}}`)).toEqual(expected);
    }
  });

  it('takes nothing but what parsing and writing again gives back', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyEvent, (event) => {
        const line = JSON.stringify(event);
        const found = scanned(line);
        if (found === null) return;
        taken += 1;
        expect(found.text).toBe(line);
        expect(JSON.stringify(parsed(line))).toBe(line);
        expect(JSON.parse(found.parts[3] ?? '')).toEqual(JSON.parse(line).details);
      }),
      { numRuns: 1500 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('takes no line that was changed into something else', () => {
    const base = JSON.stringify(
      makeEvent(3, {
        details: { a: 'é"\\\n\u0001', list: [1, -2, 0.5, true, null, {}, []], deep: { x: { y: 'z' } }, n: 1e21 },
        evidence: [{ origin: 'x', line: 1, offset: 2, text: 't', via: { file: 'f', line: 3 } }, { origin: 'y' }],
        foldedInto: 'head',
      }),
    );
    expect(scanned(base)).not.toBeNull();
    const bytes = Buffer.from(base);
    const anyChange = fc.record({
      at: fc.nat(bytes.length - 1),
      cut: fc.nat(3),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 3 }),
        fc
          .constantFrom(
            '"',
            '\\',
            ',',
            '0',
            '00',
            '1.0',
            '-0',
            ' ',
            '{',
            '}',
            ']',
            ',"a":1',
            '\\u0041',
            '\\/',
            '\\u001f',
          )
          .map((text) => Uint8Array.from(Buffer.from(text))),
      ),
    });
    fc.assert(
      fc.property(fc.array(anyChange, { minLength: 1, maxLength: 2 }), (changes) => {
        let changed = bytes;
        for (const { at, cut, put } of changes) {
          changed = Buffer.concat([changed.subarray(0, at), put, changed.subarray(at + cut)]);
        }
        if (changed.includes(10)) return;
        if (scanned(changed) === null) return;
        expect(isUtf8(changed)).toBe(true);
        expect(JSON.stringify(parsed(changed.toString()))).toBe(changed.toString());
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key that JavaScript moves to the front', '{"b":1,"1":2}'],
    ['a number that is not written so', '{"a":1.0}'],
    ['a number that a double cannot hold', '{"a":12345678901234567890}'],
    ['an infinite number', '{"a":1e999}'],
    ['a negative zero', '{"a":-0}'],
    ['a leading zero', '{"a":01}'],
    ['an escape that is not needed', '{"a":"\\u0041"}'],
    ['an escape in capitals', '{"a":"\\u001F"}'],
    ['an escape with a shorter form', '{"a":"\\u000a"}'],
    ['white space', '{"a": 1}'],
    ['a comma too many', '{"a":1,}'],
    ['a tab in a string', '{"a":"\t"}'],
    ['no value', '{"a":}'],
    ['a word', '{"a":nul}'],
    ['deep nesting', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`],
    ['very deep nesting', `{"a":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`],
    ['a list for details', '[]'],
  ])('leaves details with %s to JSON.parse', (_, details) => {
    const line = JSON.stringify(makeEvent(1)).replace(
      /"details":.*,"evidence"/,
      () => `"details":${details},"evidence"`,
    );
    expect(scanned(line)).toBeNull();
  });

  it('leaves what is not UTF-8 alone, and takes what is', () => {
    const line = Buffer.from(JSON.stringify(makeEvent(1, { details: { name: 'é漢😀' } })));
    expect(scanned(line)).not.toBeNull();
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe6, 0xbc]]) {
      const at = line.indexOf('é');
      expect(scanned(Buffer.concat([line.subarray(0, at), Buffer.from(bad), line.subarray(at)]))).toBeNull();
    }
  });
});
