import { readFileSync } from 'node:fs';
import type { Compiler } from './compiler.ts';
import type { Component } from './components.ts';

/**
 * The software bill of materials as CycloneDX 1.6 JSON (ECMA-424): the npm packages in the bundle and the base runtime.
 * It has neither a time nor a serial number, which the standard leaves open, so that the same sources give the same file.
 */
export function sbomOf(components: readonly Component[], { runtime }: Compiler): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const own = { type: 'application', 'bom-ref': 'bpfwitness', name: 'bpfwitness', version, ...licensed('Apache-2.0') };
  const deno =
    runtime === null ? { version: 'unknown' } : { version: runtime.version, ...hashed('SHA-256', runtime.sha256) };
  const base = { type: 'platform', 'bom-ref': 'deno', name: 'deno', ...deno, ...licensed('MIT') };
  const all = [base, ...components.map(entryOf)];
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: own },
    components: all,
    dependencies: [{ ref: 'bpfwitness', dependsOn: all.map((each) => each['bom-ref']) }],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function entryOf({ name, version, licence, integrity }: Component) {
  const [algorithm = '', digest = ''] = integrity.split('-', 2);
  // A scope is written with %40 in a package URL (purl specification, type npm).
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    ...hashed(algorithm.toUpperCase().replace('SHA', 'SHA-'), Buffer.from(digest, 'base64').toString('hex')),
    ...licensed(licence),
    purl,
  };
}

function hashed(alg: string, content: string) {
  return { hashes: [{ alg, content }] };
}

function licensed(expression: string) {
  return { licenses: [/[ ()]/.test(expression) ? { expression } : { license: { id: expression } }] };
}
