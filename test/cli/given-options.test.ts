import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { givenOptions, RepeatableOption, refuseRepeats } from '../../src/cli/given-options.ts';

function parsed(...args: readonly string[]): Command {
  const program = new Command().exitOverride();
  const command = program
    .command('do')
    .option('--one <n>', 'a value', '0')
    .option('--maybe [n]', 'a value or none')
    .option('--switch', 'a switch')
    .option('--no-fold', 'another switch')
    .option('--log <file>', 'a file', 'usual.log')
    .option('--no-log', 'no file')
    .addOption(new Option('-o, --output <file>', 'a file'))
    .addOption(new RepeatableOption('--many <n>', 'values').argParser((n, all: string[] = []) => [...all, n]))
    .action(() => {});
  command
    .command('inner')
    .option('--deep <n>', 'a value')
    .action(() => {});
  refuseRepeats(program);
  program.parse(['do', ...args], { from: 'user' });
  return command;
}

describe('a flag that is given again', () => {
  it.each([
    [['--one', '1', '--one', '1'], '--one is given twice'],
    [['--one=1', '--switch', '--one=2'], '--one is given twice'],
    [['--maybe', '--maybe'], '--maybe is given twice'],
    [['-o', 'a', '--output', 'b'], '--output is given twice'],
    [['--log', 'a', '--no-log'], '--log and --no-log are given'],
    [['--no-log', '--log', 'a'], '--no-log and --log are given'],
    [['inner', '--deep', '1', '--deep', '2'], '--deep is given twice'],
  ])('is refused where only one value can count: %j', (args, message) => {
    expect(() => parsed(...args)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    );
  });

  it('is taken where it says the same again, or one more', () => {
    const command = parsed('--switch', '--switch', '--no-fold', '--no-fold', '--many', '1', '--many', '2');
    expect(command.opts()).toMatchObject({ switch: true, fold: false, many: ['1', '2'] });
  });
});

describe('the flags that are given', () => {
  it('are those of the command line, as they stand there', () => {
    const namesOf = (...args: readonly string[]) => givenOptions(parsed(...args)).map(({ long }) => long);
    expect(namesOf()).toEqual([]);
    expect(namesOf('--no-log', '--one', '0', '--switch')).toEqual(['--one', '--switch', '--no-log']);
    expect(namesOf('--log', 'x', '--no-fold')).toEqual(['--no-fold', '--log']);
  });
});
