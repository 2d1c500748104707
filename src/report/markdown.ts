import type { Report } from '../model/report.ts';
import { plural } from '../text/units.ts';
import type { Block, Cell, Inline, Section, Table } from './document/blocks.ts';
import { documentOf } from './document/document-of.ts';
import { codeSpan, proseText } from './markdown-text.ts';

/** Rows of a table that are written: GitHub takes 65,536 characters in a comment. The JSON report has them all. */
const SHOWN_ROWS = 50;

/** The report as GitHub Flavored Markdown without HTML. */
export function reportMarkdown(report: Report): string {
  const { title, blocks, sections } = documentOf(report);
  const all = [`# ${title}`, ...blocks.flatMap(blockTexts), ...sections.flatMap((section) => sectionTexts(section, 2))];
  return `${all.join('\n\n')}\n`;
}

function sectionTexts({ heading, blocks, parts }: Section, level: number): readonly string[] {
  return [
    `${'#'.repeat(level)} ${cellText(heading)}`,
    ...blocks.flatMap(blockTexts),
    ...parts.flatMap((part) => sectionTexts(part, level + 1)),
  ];
}

function blockTexts(block: Block): readonly string[] {
  switch (block.kind) {
    case 'facts':
      return [block.facts.map(([label, value]) => `- ${label}: ${cellText(value)}`.trimEnd()).join('\n')];
    case 'list':
      return [`${block.label}:`, block.items.map((item) => `- ${cellText(item)}`).join('\n')];
    case 'table':
      return tableTexts(block);
  }
}

function tableTexts({ caption, columns, rows, isFolded }: Table): readonly string[] {
  if (isFolded === true) return [`${caption}: ${plural(rows.length, 'row')} in the JSON report.`];
  const shown = rows.slice(0, SHOWN_ROWS);
  const lines = [columns, columns.map(() => null), ...shown].map(
    (cells) => `| ${cells.map((cell) => (cell === null ? '---' : cellText(cell))).join(' | ')} |`,
  );
  const hidden = rows.length - shown.length;
  const more = hidden === 0 ? [] : [`And ${plural(hidden, 'more row')}; the JSON report has them all.`];
  return [`**${caption}**`, lines.join('\n'), ...more];
}

function cellText(cell: Cell): string {
  return cell.map(inlineText).join(' ');
}

function inlineText({ kind, text }: Inline): string {
  if (kind === 'mark') return `**${text}**`;
  return kind === 'code' ? codeSpan(text) : proseText(text);
}
