import { pad } from '../../src/text/width.ts';

/** The lines of a Markdown table, laid out as the project's formatter does; the first row is its heading. */
export function markdownTable(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map(cellText));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, at) => pad(text, widths[at] ?? 0)).join(' | ')} |`;
  const [heading = '', ...body] = cells.map(line);
  return [heading, line(widths.map((width) => '-'.repeat(width))), ...body];
}

/** A bar would end a cell. */
function cellText(text: string): string {
  return text.replaceAll('|', '\\|');
}
