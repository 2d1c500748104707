import { pad } from '../../text/width.ts';
import { KEY_GROUPS, KEYS } from '../keys.ts';

const INTRODUCTION = `# Keys

Made from \`src/tui/keys.ts\` by \`scripts/keys-doc.ts\`; do not edit. On the screen, \`?\` shows the same.

A key that can not act says why in the last line. Keys marked _replay_ act when a recording is replayed.
`;

type Row = readonly [string, string];

/** docs/KEYS.md: a table for each group of keys, laid out as the project's formatter does. */
export function keysDocument(): string {
  const sections = KEY_GROUPS.map((group) => {
    const rows = KEYS.filter((binding) => binding.group === group).map(({ shown, help, when }): Row => {
      return [keyText(shown), when === 'replay' ? `${help} _(replay)_` : help];
    });
    return [`## ${group}`, '', ...table([['Key', 'What it does'], ...rows]), ''].join('\n');
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function table(rows: readonly Row[]): readonly string[] {
  const keyCells = Math.max(...rows.map(([key]) => key.length));
  const helpCells = Math.max(...rows.map(([, help]) => help.length));
  const line = ([key, help]: Row): string => `| ${pad(key, keyCells)} | ${pad(help, helpCells)} |`;
  const [heading, ...body] = rows.map(line);
  return [heading ?? '', line(['-'.repeat(keyCells), '-'.repeat(helpCells)]), ...body];
}

/** Each key in code marks: `j ↓` becomes `` `j` `↓` ``. */
function keyText(shown: string): string {
  return shown
    .split(' ')
    .map((key) => (key === '…' ? key : `\`${key}\``))
    .join(' ');
}
