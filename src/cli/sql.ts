import type { Command } from 'commander';
import type { Inventory } from '../model/inventory.ts';
import type { RowTable } from '../model/query.ts';
import { queryInventory } from '../store/query-inventory.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { type InventoryFlags, readInventory } from './inventory-of.ts';
import { PATHS, withLookFlags } from './options.ts';
import { openOutput } from './output.ts';
import { rowsCsv, rowsJson, rowsTable } from './rows-text.ts';
import type { Shell } from './shell.ts';

interface SqlFlags extends InventoryFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** `bpfwitness sql`: one statement over the inventory tables, as they were at the end of the input. */
export function addSqlCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('sql')
    .summary('ask the inventory tables something')
    .description(
      'Run one SELECT over the tables that checks are written against (docs/schema.md), as the last snapshot of captured files or of this host (--live) fills them.',
    )
    .argument('<statement>', 'SQL that reads: SELECT, WITH or VALUES')
    .argument('[path...]', PATHS)
    .option('--live', 'look at this host once')
    .option('--json', 'print an array of objects, one a row')
    .option('--csv', 'print CSV');
  withLookFlags(command).action(async (statement: string, paths: string[], flags: SqlFlags) => {
    if (flags.json === true && flags.csv === true) throw new CliError(EXIT.usage, 'either --json or --csv, not both');
    done(await sql(statement, paths, flags, entry));
  });
}

async function sql(statement: string, paths: readonly string[], flags: SqlFlags, entry: URL): Promise<ExitCode> {
  const { inventory, loss } = await readInventory(paths, flags, entry);
  if (inventory === null) {
    const needed = 'the tables need a capture, bpftool output or --live';
    throw new CliError(EXIT.input, `nothing in the input tells of programs and maps: ${needed}`);
  }
  print(await ask(statement, inventory), flags);
  return loss;
}

async function ask(statement: string, inventory: Inventory): Promise<RowTable> {
  try {
    return await queryInventory(inventory, statement);
  } catch (error) {
    throw new CliError(EXIT.usage, `SQL: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function print(rows: RowTable, flags: SqlFlags): void {
  const output = openOutput(null);
  if (flags.json === true) output.write(rowsJson(rows));
  else output.write(flags.csv === true ? rowsCsv(rows) : rowsTable(rows));
}
