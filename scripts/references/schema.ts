import { INVENTORY_SCHEMA } from './inventory-schema.ts';
import { schemaTables, type TableText } from './schema-text.ts';

const INTRODUCTION = `# Inventory tables

Made from \`src/store/inventory-schema.ts\` by \`scripts/schema-doc.ts\`; do not edit.

What checks are written against, and what \`bpfwitness sql\` asks. The tables hold one host at one moment. NULL means that it is
not known. Times are milliseconds since the epoch. The SQL is SQLite's.
`;

/** docs/schema.md: a table of the inventory each, laid out as the project's formatter does. */
export function schemaDocument(schema: string = INVENTORY_SCHEMA): string {
  const tables = schemaTables(schema);
  const contents = tables.map(({ name }) => `[${name}](#${name})`).join(' · ');
  return [INTRODUCTION, `${contents}\n`, ...tables.map(section)].join('\n');
}

function section({ name, comment, columns }: TableText): string {
  const rows = columns.map((column) => [`\`${column.name}\``, column.type, cell(column.comment)]);
  return [`## ${name}`, '', ...(comment === '' ? [] : [comment, '']), ...table(rows), ''].join('\n');
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [['Column', 'Type', 'What it is'], ...rows];
  const widths = [0, 1, 2].map((index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const text = (line: readonly string[]): string => {
    return `| ${line.map((each, index) => each.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  };
  const [heading = '', ...body] = lines.map(text);
  return [heading, text(widths.map((width) => '-'.repeat(width))), ...body];
}

/** A bar would end a cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
