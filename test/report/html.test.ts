import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/html.ts';
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
