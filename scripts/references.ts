import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { checksReference } from './references/checks.ts';
import { keysReference } from './references/keys.ts';
import { schemaReference } from './references/schema.ts';

/** Documents that are made from the source, by file in docs/. */
const REFERENCES: { readonly [file: string]: () => string } = {
  'KEYS.md': keysReference,
  'schema.md': schemaReference,
  'builtin-checks.md': checksReference,
};

/** Writes them; with `--check` only says which are stale, by the exit code. */
for (const [file, text] of Object.entries(REFERENCES)) {
  const path = fileURLToPath(new URL(`../docs/${file}`, import.meta.url));
  if (!process.argv.includes('--check')) {
    await writeFile(path, text());
  } else if ((await readFile(path, 'utf8').catch(() => '')) !== text()) {
    process.stderr.write(`docs/${file} is stale: run \`deno run -A scripts/references.ts\`\n`);
    process.exitCode = 1;
  }
}
