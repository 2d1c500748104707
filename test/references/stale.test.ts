import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checksReference } from '../../scripts/references/checks.ts';
import { keysReference } from '../../scripts/references/keys.ts';
import { schemaReference } from '../../scripts/references/schema.ts';

describe('references', () => {
  it.each([
    ['KEYS.md', keysReference],
    ['schema.md', schemaReference],
    ['builtin-checks.md', checksReference],
  ])('docs/%s is what scripts/references.ts makes of the source', async (file, text) => {
    expect(await readFile(new URL(`../../docs/${file}`, import.meta.url), 'utf8')).toBe(text());
  });
});
