import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InnerRecords } from '../../../src/sources/audit-log/inner-records.ts';
import { RecordTypes } from '../../../src/sources/audit-log/record-types.ts';
import { type TypeSequence, TypeSequences } from '../../../src/sources/audit-log/type-sequence.ts';

describe('TypeSequences', () => {
  it('give the types of an event in their order, and the same sequence for the same types', () => {
    const types = new RecordTypes();
    const sequences = new TypeSequences();
    const sequenceOf = (names: readonly string[]) =>
      names.reduce<TypeSequence | null>((before, name) => sequences.next(before, types.of(name)), null);
    const name = fc.constantFrom('SYSCALL', 'PATH', 'CWD', 'BPF', '1334');
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        const sequence = sequenceOf(names);
        expect(sequence?.types().map(({ written }) => written)).toEqual(names);
        expect(sequenceOf(names)).toBe(sequence);
      }),
    );
  });

  it('are forgotten when there are too many, which an open event does not notice', () => {
    const types = new RecordTypes();
    const sequences = new TypeSequences();
    const path = types.of('PATH');
    const open = sequences.next(null, path);
    for (let index = 0; index < 10_000; index += 1) sequences.next(null, types.of(`MADE_UP_${index}`));
    const again = sequences.next(null, path);
    expect(again).not.toBe(open);
    expect(sequences.next(open, path).types()).toEqual([path, path]);
  });
});

describe('InnerRecords', () => {
  it('finds what a search of the text finds', () => {
    const inner = new InnerRecords();
    const part = fc.constantFrom(
      ' msg=audit(',
      'type=BPF',
      'type=',
      ' ',
      'a',
      '(',
      'msg=audit(',
      'node=x ',
      '=',
      '\xe9',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.nat(20), (parts, from) => {
        const text = parts.join('');
        const match = /(?:node=[^\s=]{1,256} )?type=[^\s=]{1,64}(?= msg=audit\()/.exec(text.slice(from));
        const bytes = Buffer.from(text, 'latin1');
        expect(inner.find(bytes, from, bytes.length)).toBe(match === null ? -1 : from + match.index);
      }),
      { numRuns: 2000 },
    );
  });
});
