import { describe, expect, it } from 'vitest';
import { schemaReference } from '../../scripts/references/schema.ts';
import { schemaTables } from '../../scripts/references/schema-text.ts';
import { INVENTORY_SCHEMA, INVENTORY_TABLES } from '../../src/store/inventory-schema.ts';
import { memoryStore } from '../store/fixture.ts';

describe('the schema as it is described', () => {
  it('has every table and every column that SQLite makes of it, in their order', async () => {
    const store = await memoryStore();
    const tables = schemaTables(INVENTORY_SCHEMA);
    const made = store.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    expect(tables.map(({ name }) => name)).toEqual(made.map(({ name }) => name));
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining([...INVENTORY_TABLES]));
    for (const { name, comment, columns } of tables) {
      const own = store.rows(`SELECT name FROM pragma_table_info('${name}')`);
      expect(columns.map((column) => column.name)).toEqual(own.map((column) => column.name));
      expect(comment, name).not.toBe('');
    }
  });
});

describe('the tables of a schema', () => {
  it('have the comments above and behind', () => {
    const schema = `
      -- Lost: a blank line is between.

      -- What it holds:
      -- two lines.
      CREATE TABLE one (
        -- above a | bar
        a INTEGER NOT NULL,   -- behind
        b TEXT,
        UNIQUE (a, b)
      );
      CREATE INDEX one_by_a ON one (a);
      CREATE TABLE two (
        c TEXT COLLATE NOCASE -- last
      );`;
    expect(schemaTables(schema)).toEqual([
      {
        name: 'one',
        comment: 'What it holds: two lines.',
        columns: [
          { name: 'a', type: 'INTEGER NOT NULL', comment: 'above a | bar behind' },
          { name: 'b', type: 'TEXT', comment: '' },
        ],
      },
      {
        name: 'two',
        comment: 'What it holds: two lines.',
        columns: [{ name: 'c', type: 'TEXT COLLATE NOCASE', comment: 'last' }],
      },
    ]);
    expect(schemaReference(schema)).toContain('| above a \\| bar behind |');
  });

  it('are not guessed at', () => {
    expect(() => schemaTables('CREATE TABLE t (\n  nonsense\n);')).toThrow('not a column of a table: nonsense');
  });
});
