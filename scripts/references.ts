import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { keysDocument } from '../src/tui/help/keys-document.ts';

/** Writes docs/KEYS.md from the key table; with `--check` only says whether it is up to date, by the exit code. */
const path = fileURLToPath(new URL('../docs/KEYS.md', import.meta.url));
const wanted = keysDocument();

if (process.argv.includes('--check')) {
  const found = await readFile(path, 'utf8').catch(() => '');
  if (found !== wanted) {
    process.stderr.write('docs/KEYS.md is stale: run `deno run -A scripts/keys-doc.ts`\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, wanted);
}
