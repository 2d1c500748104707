import type { Command } from 'commander';
import { buildGraph } from '../graph/build.ts';
import { graphCsv } from '../graph/csv.ts';
import { graphDot } from '../graph/dot.ts';
import { type Graph, tellsOfObjects } from '../graph/graph.ts';
import { graphJson } from '../graph/json.ts';
import { graphMermaid } from '../graph/mermaid.ts';
import { around, nodesWithId } from '../graph/neighbourhood.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { type InventoryFlags, readInventory } from './inventory-of.ts';
import { PATHS, wholeNumber, withLookFlags } from './options.ts';
import { openOutput, textWidth } from './output.ts';
import type { Shell } from './shell.ts';

/** By the flag that asks for it. */
const WRITERS = { json: graphJson, dot: graphDot, mermaid: graphMermaid, csv: graphCsv } as const;

type Format = keyof typeof WRITERS;

interface Flags extends InventoryFlags, Partial<Record<Format, boolean>> {
  readonly program?: number;
  readonly map?: number;
}

/** `bpfwitness inventory`: what is connected with what, at the last moment that an input tells of. */
export function addInventoryCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('inventory')
    .summary('show programs, maps, where they are attached, who holds them')
    .description(
      'Show programs, maps, attachments, the processes that hold them and where they are pinned, and how these belong ' +
        'together, as the input has them at its last moment. What something refers to and its listing has not is marked ' +
        'UNLISTED.',
    )
    .argument('[path...]', PATHS)
    .option('--live', 'look at this host once')
    .option('--program <id>', 'only what is at most two steps away from this program', wholeNumber)
    .option('--map <id>', 'only what is at most two steps away from this map', wholeNumber)
    .option('--json', 'as JSON (docs/inventory.md)')
    .option('--dot', 'as a drawing for Graphviz')
    .option('--mermaid', 'as a Mermaid flowchart')
    .option('--csv', 'a row an object as CSV');
  withLookFlags(command).action(async (paths: string[], flags: Flags) => done(await inventory(paths, flags, entry)));
}

async function inventory(paths: readonly string[], flags: Flags, entry: URL): Promise<ExitCode> {
  const formats = (Object.keys(WRITERS) as Format[]).filter((format) => flags[format] === true);
  const [format] = formats;
  if (formats.length > 1)
    throw new CliError(EXIT.usage, `give one of ${formats.map((name) => `--${name}`).join(', ')}`);
  const { inventory, loss } = await readInventory(paths, flags, entry);
  if (inventory === null || !tellsOfObjects(inventory)) {
    throw new CliError(EXIT.input, 'no inventory: nothing here lists programs, maps or attachments');
  }
  const graph = part(buildGraph(inventory), flags);
  openOutput(null).write(format === undefined ? await textOf(graph) : WRITERS[format](graph));
  return loss;
}

function part(graph: Graph, { program, map }: Flags): Graph {
  const wanted = [
    ['program', program],
    ['map', map],
  ] as const;
  const roots = wanted.flatMap(([kind, id]) => {
    if (id === undefined) return [];
    const found = nodesWithId(graph, kind, id);
    if (found.length === 0) throw new CliError(EXIT.input, `there is no ${kind} ${id} on ${graph.host} at that moment`);
    return found.map((node) => node.id);
  });
  return roots.length === 0 ? graph : around(graph, roots);
}

async function textOf(graph: Graph): Promise<string> {
  // Loaded only here: to measure text takes tables of Unicode, and those their time.
  const { graphText } = await import('../graph/text.ts');
  return graphText(graph, textWidth());
}
