import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/html.ts';
import { STYLE } from '../../src/report/html-style.ts';
import { hostileReport, reportOfTexts, TEXTS } from '../helpers/hostile-report.ts';
import { type Element, elementsOf, readMarkup, skeleton } from '../helpers/markup.ts';
import { checkResult, reportWith, violation } from '../helpers/report.ts';

const DOCTYPE = '<!DOCTYPE html>\n';

describe('the HTML report', () => {
  it('has no element and no attribute that is not its own, whatever the names are', () => {
    fc.assert(
      fc.property(hostileReport(), ({ hostile, harmless }) => {
        const page = parsed(reportHtml(hostile));
        expect(skeleton(page)).toBe(skeleton(parsed(reportHtml(harmless))));
      }),
    );
  });

  it('shows what is unsafe, and on one line', () => {
    const host = 'web\u001b[2J\u202e\n<b>';
    const page = parsed(reportHtml(reportWith([], { host })));
    const codes = elementsOf(page).filter(({ name }) => name === 'code');
    expect(codes.map(({ text }) => text)).toContain('web\\x1b[2J\\u202e\\n<b>');
  });

  it('loads nothing and runs nothing', () => {
    const all = elementsOf(parsed(reportHtml(reportOfTexts(Array(TEXTS).fill('x')))));
    const policy = all.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy');
    expect(policy?.attributes.get('content')).toBe("default-src 'none'; style-src 'unsafe-inline'");
    const names = new Set(all.map(({ name }) => name));
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'form', 'base']) expect(names).not.toContain(name);
    expect(all.find(({ name }) => name === 'style')?.text).not.toMatch(/url\(|@import/);
  });

  it('links web addresses among the references and nothing else', () => {
    const references = [
      'https://docs.kernel.org/bpf/maps.html',
      'javascript:alert(1)',
      'https://a.example/ b',
      'bpf(2)',
    ];
    const page = parsed(reportHtml(reportWith([checkResult({ references })])));
    const links = elementsOf(page).filter(({ name }) => name === 'a');
    expect(links.map(({ attributes }) => attributes.get('href'))).toEqual(['https://docs.kernel.org/bpf/maps.html']);
  });

  it('lists every violation with its other fields, and says status in words', () => {
    const violations = Array.from({ length: 120 }, (_, i) => ({
      ...violation(`m${i}`),
      fields: { type: 'hash', n: i },
    }));
    const page = parsed(reportHtml(reportWith([checkResult({ status: 'failed', violations })])));
    const table = elementsOf(page).find(({ name, children }) => name === 'table' && children[0]?.text === 'Violations');
    const rows = elementsOf(table ?? page).filter(({ name }) => name === 'tr');
    expect(rows).toHaveLength(121);
    expect(rows[0]?.children.map(wholeText)).toEqual(['Object', 'Kind', 'Id', 'What is wrong', 'type', 'n']);
    expect(rows[120]?.children.map(wholeText)).toEqual(['m119', 'map', '7', 'map m119', 'hash', '119']);
    const heading = elementsOf(page).find(({ name }) => name === 'h3');
    expect(heading?.children.map(({ text }) => text)).toEqual(['FAIL']);
  });

  it('has colours with enough contrast in light and in dark (WCAG 2.2, 1.4.3)', () => {
    const [light = '', dark = ''] = [...STYLE.matchAll(/:root \{[^}]*\}/g)].map(([rule]) => rule);
    for (const scheme of [light, dark]) {
      const colours = new Map([...scheme.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
      expect(colours.size).toBe(10);
      for (const paper of ['paper', 'shade'])
        for (const ink of ['ink', 'faint', 'link', 'good', 'bad', 'open', 'none'])
          expect(contrast(colours.get(ink) ?? '', colours.get(paper) ?? '')).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('can be read aloud: headings in order, a scope for each header, a name for each table', () => {
    const all = elementsOf(parsed(reportHtml(reportOfTexts(Array(TEXTS).fill('x')))));
    const levels = all.flatMap(({ name }) => (/^h\d$/.test(name) ? Number(name.slice(1)) : []));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    for (const { attributes } of all.filter(({ name }) => name === 'th'))
      expect(['row', 'col']).toContain(attributes.get('scope'));
    for (const { attributes, children } of all.filter(({ name }) => name === 'table'))
      expect(attributes.has('aria-label') || children[0]?.name === 'caption').toBe(true);
    for (const table of all.filter(({ name }) => name === 'table')) {
      const widths = elementsOf(table).flatMap(({ name, children }) => (name === 'tr' ? children.length : []));
      expect(new Set(widths).size).toBe(1);
    }
  });
});

function parsed(page: string): Element {
  expect(page.startsWith(DOCTYPE)).toBe(true);
  return readMarkup(page.slice(DOCTYPE.length), ['meta']);
}

function wholeText(element: Element): string {
  return elementsOf(element)
    .map(({ text }) => text)
    .join('');
}

/** 1 to 21. */
function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
