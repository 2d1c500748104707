/**
 * Builds dist/bpfwitness, one linux-x64 file, and what comes with it: dist/sbom.cdx.json, dist/LICENSES.txt and
 * dist/SHA256SUMS. The same sources give the same bytes, in any folder and at any time; `npm run build -- --verify`
 * builds a second time in another folder and ends with 1 when the bytes differ. See docs/building.md.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { bundle } from './build/bundle.ts';
import { compile } from './build/compile.ts';
import { findCompiler } from './build/compiler.ts';
import { componentsOf } from './build/components.ts';
import { licenceText } from './build/licences.ts';
import { sbomOf } from './build/sbom.ts';
import { sha256Of, sumsOf } from './build/sums.ts';
import { buildElsewhere } from './build/verify.ts';

const FOLDER = 'dist';
const FILES = ['bpfwitness', 'sbom.cdx.json', 'LICENSES.txt'] as const;

rmSync(FOLDER, { recursive: true, force: true });
const bundled = await bundle(join(FOLDER, 'bundle'));
const compiler = findCompiler();
console.log(compiler.description);
compile(compiler, bundled, join(FOLDER, FILES[0]));
const components = componentsOf(bundled.inputs);
writeFileSync(join(FOLDER, FILES[1]), sbomOf(components, compiler));
writeFileSync(join(FOLDER, FILES[2]), licenceText(components));
const sums = sumsOf(FOLDER, FILES);
writeFileSync(join(FOLDER, 'SHA256SUMS'), sums);
console.log(sums.trimEnd());
if (process.argv.includes('--verify')) verify();

function verify(): void {
  const again = buildElsewhere(join(FOLDER, FILES[0]));
  const own = sha256Of(join(FOLDER, FILES[0]));
  if (again === own) console.log('verified: a second build in another folder has the same SHA-256');
  else {
    console.error(`a second build in another folder has the SHA-256 ${again}: the build is not reproducible`);
    process.exit(1);
  }
}
