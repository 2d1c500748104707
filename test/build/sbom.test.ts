import { describe, expect, it } from 'vitest';
import { componentsOf } from '../../scripts/build/components.ts';
import { licenceText } from '../../scripts/build/licences.ts';
import { sbomOf } from '../../scripts/build/sbom.ts';

const INPUTS = [
  'src/main.ts',
  'node_modules/sql.js/dist/sql-wasm.js',
  'node_modules/sql.js/dist/sql-wasm-browser.js',
  'node_modules/ink-table/dist/index.js',
  'node_modules/wrap-ansi/node_modules/ansi-styles/index.js',
];

describe('what is in the binary', () => {
  it('is each package once, under its own name', () => {
    expect(componentsOf(INPUTS).map(({ name, folder }) => [name, folder])).toEqual([
      ['@alcalzone/ink-table', 'node_modules/ink-table'],
      ['ansi-styles', 'node_modules/wrap-ansi/node_modules/ansi-styles'],
      ['sql.js', 'node_modules/sql.js'],
    ]);
  });

  it('is refused where package-lock.json does not know it', () => {
    expect(() => componentsOf(['node_modules/not-there/index.js'])).toThrow('node_modules/not-there is in the bundle');
  });

  it('is listed with package URL, hash and licence, and the base runtime with its hash', () => {
    const compiler = { deno: '', env: {}, description: '', runtime: { version: '2.4.2', sha256: 'ab' } };
    const bom = JSON.parse(sbomOf(componentsOf(INPUTS), compiler));
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { name: 'bpfwitness' } },
    });
    expect(bom.components[0]).toMatchObject({
      name: 'deno',
      version: '2.4.2',
      hashes: [{ alg: 'SHA-256', content: 'ab' }],
    });
    expect(bom.components[1].purl).toBe('pkg:npm/%40alcalzone/ink-table@1.1.1');
    expect(bom.components[1].hashes[0].alg).toBe('SHA-512');
    expect(bom.components[1].hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
    expect(bom.components.map((each: { licenses: unknown[] }) => each.licenses.length)).toEqual([1, 1, 1, 1]);
  });

  it('comes with the licence of each', () => {
    const text = licenceText(componentsOf(INPUTS));
    expect(text).toContain('sql.js 1.16.0 (MIT)');
    expect(text.match(/Permission is hereby granted/g)?.length).toBeGreaterThanOrEqual(4);
  });
});
