import { type Command, Option } from 'commander';
import { CliError, EXIT } from './exit-code.ts';

/** A flag that may be given again, each time for one more. Its parser puts the values together. */
export class RepeatableOption extends Option {}

/**
 * Has the command, and those within it, refuse a flag that takes one value and is given again. commander would take the
 * last, and the person would not learn that the others counted for nothing. A switch says the same however often.
 */
export function refuseRepeats(command: Command): void {
  for (const each of command.commands) refuseRepeats(each);
  const takesValue = command.options.filter((option) => !option.isBoolean() && !option.negate);
  const single = takesValue.filter((option) => !(option instanceof RepeatableOption));
  const names = new Set(single.map((option) => option.attributeName()));
  const given = new Map<string, Option>();
  // What says no to a flag is the same flag: of `--audit-log FILE --no-audit-log` one would be passed over.
  for (const option of command.options.filter((each) => names.has(each.attributeName()))) {
    command.on(`option:${option.name()}`, () => {
      const earlier = given.get(option.attributeName());
      given.set(option.attributeName(), option);
      if (earlier === undefined || (earlier === option && option.negate)) return;
      const both =
        earlier === option ? `${option.long} is given twice` : `${earlier.long} and ${option.long} are given`;
      throw new CliError(EXIT.usage, `${both}, and only one can count`);
    });
  }
}

/** The flags that stand on the command line, in the order of the help. */
export function givenOptions(command: Command): readonly Option[] {
  return command.options.filter((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === 'cli' && option.negate === (command.getOptionValue(name) === false);
  });
}

/** Flags that say how a live host is looked at. */
const LIVE_ONLY = ['for', 'interval', 'bpftool', 'cgroups', 'watchConfigMaps', 'countEntries', 'auditLog'];

/** Refuses flags that only count for a live host, where a command that can look at one was given something else. */
export function refuseWithoutLive(command: Command): void {
  const canLook = command.options.some(({ long }) => long === '--live');
  if (!canLook || command.getOptionValue('live') === true) return;
  const [first] = givenOptions(command).filter((option) => LIVE_ONLY.includes(option.attributeName()));
  if (first !== undefined) throw new CliError(EXIT.usage, `${first.long} goes with --live, and with nothing else`);
}

/** Refuses what is given of these flags, by the names of their attributes: `what` has no use for it. */
export function refuseUnused(command: Command, unused: (attribute: string) => boolean, what: string): void {
  const [first] = givenOptions(command).filter((option) => unused(option.attributeName()));
  if (first !== undefined) throw new CliError(EXIT.usage, `${what} has no use for ${first.long}`);
}
