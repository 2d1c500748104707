import { INVENTORY_SCHEMA } from '../../src/store/inventory-schema.ts';
import { schemaTables, type TableText } from './schema-text.ts';
import { markdownTable } from './table.ts';

const INTRODUCTION = `# Inventory tables

Made from \`src/store/inventory-schema.ts\` by \`scripts/references.ts\`; do not edit.

What checks are written against, and what \`bpfwitness sql\` asks. The tables hold one host at one moment. NULL means that it is
not known. Times are milliseconds since the epoch. The SQL is SQLite's.
`;

/** docs/schema.md: a table of the inventory each. */
export function schemaReference(schema: string = INVENTORY_SCHEMA): string {
  const tables = schemaTables(schema);
  const contents = tables.map(({ name }) => `[${name}](#${name})`).join(' · ');
  return [INTRODUCTION, `${contents}\n`, ...tables.map(section)].join('\n');
}

function section({ name, comment, columns }: TableText): string {
  const rows = columns.map((column) => [`\`${column.name}\``, column.type, column.comment]);
  const table = markdownTable([['Column', 'Type', 'What it is'], ...rows]);
  return [`## ${name}`, '', ...(comment === '' ? [] : [comment, '']), ...table, ''].join('\n');
}
