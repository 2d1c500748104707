import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { codeSpan, proseText } from '../../src/report/markdown-text.ts';
import { printable } from '../../src/text/sanitise.ts';
import { hostileReport, hostileText } from '../helpers/hostile-report.ts';
import { checkResult, reportWith, violation } from '../helpers/report.ts';

/** What may stand outside of code spans: nothing in it is markup, a link, a mention or a reference. */
const WORDS = /^(?:[("]*(?:\p{L}+(?:['’-]\p{L}+)*)?[)"]*[.,;:!?]?[)"]*|[("]*\d{1,6}[,;]?|[.,;:)]+)$/u;

describe('a sentence in Markdown', () => {
  it('stays as it is where it is words, and has what is technical in code spans', () => {
    expect(proseText('Since Linux 5.8 a loader needs CAP_BPF (see bpf(2)), not root.')).toBe(
      'Since Linux `5.8` a loader needs `CAP_BPF` (see `bpf(2)`), not root.',
    );
    expect(proseText('flow (program 3940) was loaded')).toBe('flow (program `3940`) was loaded');
  });

  it.each([
    ['[x](https://evil.example)', '`[x](https://evil.example)`'],
    ['hi @octocat fix #1', 'hi `@octocat` fix `#1`'],
    ['<img src=x>', '`<img src=x>`'],
    ['a | b', 'a `\\x7c` b'],
    ['1. one', '`1`. one'],
    ['**bold** _it_', '`**bold** _it_`'],
    ['www.evil.example', '`www.evil.example`'],
    ['deadbeef cafe', '`deadbeef` cafe'],
    ['&lt; \\< \n', '`&lt; \\< \\n`'],
    ['`a``b', '``` `a``b ```'],
    ['  ', ''],
  ])('makes %j harmless', (text, expected) => {
    expect(proseText(text)).toBe(expected);
  });

  it('is words and code spans, and says what it said', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const { outside, all } = withoutSpans(proseText(text));
        for (const word of outside.split(' ')) expect(word).toMatch(WORDS);
        expect(outside).not.toMatch(/[0-9a-f]{7}/i);
        const said = printable(text)
          .split(' ')
          .filter((word) => word !== '');
        expect(all.replace(/ /g, '')).toBe(said.join('').replaceAll('|', '\\x7c'));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a code span', () => {
  it('holds exactly what was to be in it', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const { outside, all } = withoutSpans(codeSpan(text));
        expect(outside).toBe('');
        expect(all).toBe(printable(text).replaceAll('|', '\\x7c'));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the Markdown report', () => {
  it('keeps its lines, its headings and its cells, whatever the names are', () => {
    fc.assert(
      fc.property(hostileReport(), ({ hostile, harmless }) => {
        const lines = linesOf(hostile);
        expect(lines.map(shape)).toEqual(linesOf(harmless).map(shape));
        for (const line of lines) {
          const { outside } = withoutSpans(line);
          expect(outside).not.toMatch(/[<>@[\]\\&~_$=+{}^%`]/);
          expect(outside).not.toMatch(/^(?:- )?\d+[.)](?: |$)/);
          expect(outside.replace(/^#+ /, '')).not.toMatch(/\p{L}[.:]\p{L}|#/u);
        }
      }),
    );
  });

  it('shows fifty rows and says how many more there are', () => {
    const violations = Array.from({ length: 60 }, (_, i) => violation(`map_${i}`, 'has no limit'));
    const text = reportMarkdown(reportWith([checkResult({ status: 'failed', violations })]));
    expect(text).toContain('### **FAIL** Map Entry Limits');
    expect(text).toContain('| `map_49` | map | 7 | has no limit |');
    expect(text).not.toContain('map_50');
    expect(text).toContain('And 10 more rows; the JSON report has them all.');
  });
});

function linesOf(report: Report): readonly string[] {
  return reportMarkdown(report).split('\n');
}

/** What a line is: how it begins, its cells, and the emphasis in it. */
function shape(line: string): string {
  const start = /^(?:#+ |- |\| |\*\*)?/.exec(line)?.[0];
  const { outside } = withoutSpans(line);
  return JSON.stringify([start, line === '', line.split('|').length, outside.split('*').length]);
}

/**
 * Takes the code spans out of a line as CommonMark 0.31 (6.1) finds them: a run of backticks up to the next run of
 * the same length. `all` is the text with what the spans hold in their places.
 */
function withoutSpans(line: string): { readonly outside: string; readonly all: string } {
  let outside = '';
  let all = '';
  for (let at = 0; at < line.length; ) {
    const fence = /^`+/.exec(line.slice(at))?.[0];
    if (fence === undefined) {
      outside += line[at];
      all += line[at];
      at += 1;
      continue;
    }
    const rest = line.slice(at + fence.length);
    const end = [...rest.matchAll(/`+/g)].find(([run]) => run.length === fence.length)?.index;
    if (end === undefined) throw new Error(`a code span that does not end: ${line}`);
    const inner = rest.slice(0, end);
    all += /^ .* $/.test(inner) && /[^ ]/.test(inner) ? inner.slice(1, -1) : inner;
    at += fence.length * 2 + end;
  }
  return { outside, all };
}
