import type { Report } from '../model/report.ts';
import { plural } from '../text/units.ts';
import type { Block, Cell, Inline, Section, Table } from './document/blocks.ts';
import { documentOf } from './document/document-of.ts';
import { STYLE } from './html-style.ts';
import { Markup, markup } from './markup.ts';

/** A reference that is nothing but a web address. No other scheme becomes a link: `javascript:` is one, too. */
const WEB_ADDRESS = /^https?:\/\/[\w.~:/?#@!$&()*+,;=%-]+$/;

/**
 * The report as one HTML page that loads and runs nothing: its policy forbids all but its own style (CSP Level 3). It
 * can be printed, read in light and dark, and read aloud: status is a word, tables have headers with a scope.
 */
export function reportHtml(report: Report): string {
  const { title, blocks, sections } = documentOf(report);
  const page = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}: ${report.host}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${blocks.map(blockMarkup)}
${sections.map(sectionMarkup)}
</main>
</body>
</html>
`;
  return page.text;
}

function sectionMarkup({ heading, blocks, parts }: Section): Markup {
  return markup`<section>
<h2>${cellMarkup(heading)}</h2>
${blocks.map(blockMarkup)}${parts.map(partMarkup)}</section>
`;
}

function partMarkup({ heading, blocks }: Section): Markup {
  return markup`<section class="part">
<h3>${cellMarkup(heading)}</h3>
${blocks.map(blockMarkup)}</section>
`;
}

function blockMarkup(block: Block): Markup {
  switch (block.kind) {
    case 'facts':
      return markup`<dl>
${block.facts.map(([label, value]) => markup`<dt>${label}</dt><dd>${cellMarkup(value)}</dd>\n`)}</dl>
`;
    case 'list':
      return markup`<p class="label">${block.label}</p>
<ul>
${block.items.map((item) => markup`<li>${cellMarkup(item)}</li>\n`)}</ul>
`;
    case 'table':
      return tableMarkup(block);
  }
}

function tableMarkup({ caption, columns, rows, isFolded }: Table): Markup {
  const head = columns.map((column) => markup`<th scope="col">${cellMarkup(column)}</th>`);
  const inner = markup`<thead><tr>${head}</tr></thead>
<tbody>
${rows.map(rowMarkup)}</tbody>
</table></div>
`;
  if (isFolded !== true) return markup`<div class="scroll"><table>\n<caption>${caption}</caption>\n${inner}`;
  return markup`<details><summary>${caption}: ${plural(rows.length, 'row')}</summary>
<div class="scroll"><table aria-label="${caption}">
${inner}</details>
`;
}

function rowMarkup([first, ...others]: readonly Cell[]): Markup {
  const cells = others.map((cell) => markup`<td>${cellMarkup(cell)}</td>`);
  return markup`<tr><th scope="row">${cellMarkup(first ?? [])}</th>${cells}</tr>\n`;
}

function cellMarkup(cell: Cell): readonly Markup[] {
  return cell.map((inline, index) => (index === 0 ? inlineMarkup(inline) : markup` ${inlineMarkup(inline)}`));
}

function inlineMarkup(inline: Inline): Markup {
  const { kind, text } = inline;
  if (kind === 'mark') return markup`<span class="mark ${inline.mark}">${text}</span>`;
  if (kind === 'code') return markup`<code>${text}</code>`;
  return WEB_ADDRESS.test(text) ? markup`<a href="${text}" rel="noopener noreferrer">${text}</a>` : markup`${text}`;
}
