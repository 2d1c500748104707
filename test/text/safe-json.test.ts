import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeJson } from '../../src/text/safe-json.ts';
import { printable } from '../../src/text/sanitise.ts';

const HOSTILE = [
  ['a C1 control', '\u009b31m'],
  ['delete', '\u007f'],
  ['a bidirectional override', '\u202e'],
  ['a line separator', '\u2028'],
  ['a tag character', '\u{e0041}'],
  ['a Hangul filler', '\u3164'],
  ['a half-width Hangul filler', '\uffa0'],
  ['a combining grapheme joiner', '\u034f'],
  ['a no-break space', '\u00a0'],
  ['a private character', '\ue000'],
  ['a noncharacter', '\uffff'],
  ['a lone surrogate', '\ud800'],
] as const;

const SAFE = /^[\x20-\x7e\n\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;
const NEVER = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

describe('JSON that is shown', () => {
  it.each(HOSTILE)('escapes %s, and a parser reads it again', (_title, text) => {
    const json = safeJson({ [text]: [`a${text}b`] }, 2);
    expect(json).toMatch(/^[\x20-\x7e\n]*$/);
    expect(JSON.parse(json)).toEqual({ [text]: [`a${text}b`] });
  });

  it('leaves other scripts as they are', () => {
    expect(safeJson('größe 大きさ 😀')).toBe('"größe 大きさ 😀"');
  });

  it('says the same as JSON.stringify, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = safeJson(value, 2);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json.replaceAll('\n', '')).toMatch(SAFE);
      }),
    );
  });
});

describe('text that is shown', () => {
  it.each(HOSTILE)('escapes %s', (_title, text) => {
    expect(printable(`a${text}b`)).toMatch(/^a\\[\x20-\x7e]+b$/);
  });

  it('draws four marks on a character, and no more', () => {
    const marks = '\u0301\u0302\u0303\u0304\u0305\u0306';
    expect(printable(`a${marks}b`)).toBe('a\u0301\u0302\u0303\u0304\\u0305\\u0306b');
    expect(printable('ก็')).toBe('ก็');
    expect(printable(`e${'\u0301'.repeat(1000)}`).match(/\p{M}/gu)).toHaveLength(4);
  });

  it('draws no mark on what stands before it', () => {
    expect(printable('\u0301a')).toBe('\\u0301a');
  });

  it('never holds what a terminal acts on or leaves out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(printable(text)).not.toMatch(NEVER);
      }),
    );
  });
});
