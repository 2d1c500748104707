import type { Command } from 'commander';
import { compareById, compareByIdentity, comparedSections, isSameBoot } from '../graph/compare.ts';
import type { Comparison } from '../graph/comparison.ts';
import type { Inventory } from '../model/inventory.ts';
import { diffInventories } from '../normalise/snapshot-diff.ts';
import { safeJson } from '../text/safe-json.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { type InventoryFlags, readInventory } from './inventory-of.ts';
import { withLookFlags } from './options.ts';
import { openOutput, textWidth } from './output.ts';
import type { Shell } from './shell.ts';

interface DiffFlags extends InventoryFlags {
  readonly json?: boolean;
}

/** `bpfwitness diff`: what is another at two moments, of one host or of two. */
export function addDiffCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('diff')
    .summary('say what differs between two captures, or a capture and this host')
    .description(
      'Say what differs between two captures, saved outputs or folders, each taken at its last moment. Within one boot ' +
        'of a host objects are told apart by their ids, else by what they are: programs by type, name, tag and where ' +
        'they are attached, maps by type, name and sizes, attachments by type, target and program, pins by path, ' +
        'settings by name, processes by their executable.',
    )
    .argument('<before>', 'a capture, bpftool output, or a folder or archive of it')
    .argument('[after]', 'another one')
    .option('--live', 'compare with this host as it is now, in place of <after>')
    .option('--json', 'as JSON (docs/inventory.md)')
    .addHelpText(
      'after',
      '\nExit codes: 0 no difference, 1 something differs, 2 usage, 3 input could not be read (wholly or in part),\n' +
        '4 a needed tool or right is missing.',
    );
  withLookFlags(command).action(async (before: string, after: string | undefined, flags: DiffFlags) => {
    done(await diff(before, after, flags, entry));
  });
}

async function diff(first: string, second: string | undefined, flags: DiffFlags, entry: URL): Promise<ExitCode> {
  if ((second === undefined) !== (flags.live === true)) {
    throw new CliError(EXIT.usage, 'compare with what? give either a second path or --live');
  }
  const before = await readOne(first, [first], { ...flags, live: false }, entry);
  const after = await readOne(second ?? 'this host', second === undefined ? [] : [second], flags, entry);
  const result = compare(before.inventory, after.inventory);
  openOutput(null).write(flags.json === true ? `${safeJson(result, 2)}\n` : await textOf(result));
  if (!result.equal) return EXIT.findings;
  return before.loss === EXIT.fine ? after.loss : before.loss;
}

async function readOne(name: string, paths: readonly string[], flags: DiffFlags, entry: URL) {
  const { inventory, loss } = await readInventory(paths, flags, entry);
  if (inventory === null)
    throw new CliError(EXIT.input, `no inventory in ${name}: nothing there tells of a host's state`);
  return { inventory, loss };
}

function compare(before: Inventory, after: Inventory): Comparison {
  if (comparedSections(before, after).length === 0) {
    throw new CliError(EXIT.input, 'there is nothing that both looked at, so nothing can be compared');
  }
  return isSameBoot(before, after)
    ? compareById(before, after, diffInventories(before, after))
    : compareByIdentity(before, after);
}

async function textOf(result: Comparison): Promise<string> {
  // Loaded only here: to measure text takes tables of Unicode, and those their time.
  const { comparisonText } = await import('../graph/compare-text.ts');
  return comparisonText(result, textWidth());
}
