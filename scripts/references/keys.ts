import { KEY_GROUPS, KEYS } from '../../src/tui/keys.ts';
import { markdownTable } from './table.ts';

const INTRODUCTION = `# Keys

Made from \`src/tui/keys.ts\` by \`scripts/references.ts\`; do not edit. On the screen, \`?\` shows the same.

A key that can not act says why in the last line. Keys marked _replay_ act when a recording is replayed.
`;

/** docs/KEYS.md: a table for each group of keys. */
export function keysReference(): string {
  const sections = KEY_GROUPS.map((group) => {
    const rows = KEYS.filter((binding) => binding.group === group).map(({ shown, help, when }) => {
      return [keyText(shown), when === 'replay' ? `${help} _(replay)_` : help];
    });
    return [`## ${group}`, '', ...markdownTable([['Key', 'What it does'], ...rows]), ''].join('\n');
  });
  return [INTRODUCTION, ...sections].join('\n');
}

/** Each key in code marks: `j ↓` becomes `` `j` `↓` ``. */
function keyText(shown: string): string {
  return shown
    .split(' ')
    .map((key) => (key === '…' ? key : `\`${key}\``))
    .join(' ');
}
