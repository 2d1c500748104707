import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { schemaDocument } from '../src/store/schema-document.ts';

/** Writes docs/schema.md from the inventory tables; with `--check` only says whether it is up to date, by the exit code. */
const path = fileURLToPath(new URL('../docs/schema.md', import.meta.url));
const wanted = schemaDocument();

if (process.argv.includes('--check')) {
  const found = await readFile(path, 'utf8').catch(() => '');
  if (found !== wanted) {
    process.stderr.write('docs/schema.md is stale: run `deno run -A scripts/schema-doc.ts`\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, wanted);
}
