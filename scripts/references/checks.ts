import { BUILTIN_CHECKS } from '../../src/checks/builtin.ts';
import { PROFILES, profilesWith } from '../../src/checks/profiles.ts';
import type { CheckDefinition } from '../../src/model/check.ts';
import { markdownTable } from './table.ts';

const INTRODUCTION = `# Checks that come with bpfwitness

Made from \`src/checks/\` by \`scripts/references.ts\`; do not edit. \`bpfwitness checks show ID\` prints one with its SQL;
\`--profile NAME\` chooses which are run; a profile of your own: [profiles.md](profiles.md). Checks of your own:
[checks.md](checks.md); what you decided to live with: [exceptions.md](exceptions.md).
`;

/** docs/builtin-checks.md: the profiles, all checks at a glance, and what each one says. */
export function checksReference(): string {
  const profiles = PROFILES.map(({ name, title, checks }) => [`\`${name}\``, title, String(checks.length)]);
  const glance = BUILTIN_CHECKS.map((check) => [
    `[${check.id}](#${check.id})`,
    check.name,
    check.severity,
    profilesWith(check),
  ]);
  return [
    INTRODUCTION,
    ...markdownTable([['Profile', 'What it is for', 'Checks'], ...profiles]),
    '',
    ...markdownTable([['Check', 'Name', 'Severity', 'Profiles'], ...glance]),
    '',
    ...BUILTIN_CHECKS.flatMap(section),
  ].join('\n');
}

function section(check: CheckDefinition): readonly string[] {
  const needs = check.needs.length === 0 ? 'nothing that could be missing' : check.needs.join(', ');
  return [
    `## ${check.id}`,
    '',
    `**${check.description}.** ${check.rationale}`,
    '',
    `- Remedy: ${check.remedy}`,
    `- Needs: ${needs}`,
    ...(check.references.length === 0 ? [] : [`- See: ${check.references.join(', ')}`]),
    '',
  ];
}
