import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from './components.ts';

/** The licences of everything in the binary, our own first. Throws for a package without a text of its licence. */
export function licenceText(components: readonly Component[]): string {
  const parts = [
    `bpfwitness\n\n${readFileSync('LICENSE', 'utf8')}`,
    `Deno, the runtime that the program is compiled with (MIT), and the parts of it (V8: BSD-3-Clause; SQLite: public
domain; Rust crates: mostly MIT or Apache-2.0), which are listed in Cargo.lock of its source:
https://github.com/denoland/deno. Copyright 2018-2026 the Deno authors.

${MIT}`,
    ...components.map(
      ({ name, version, licence, folder }) => `${name} ${version} (${licence})\n\n${textIn(folder, licence)}`,
    ),
  ];
  return parts.map((part) => `${part.trim()}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

function textIn(folder: string, licence: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8');
  if (licence !== 'MIT') throw new Error(`${folder} has no licence file, and no text of ${licence} is known here`);
  const { author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    author?: string | { name?: string };
  };
  return `Copyright (c) ${typeof author === 'string' ? author : (author?.name ?? 'its authors')}\n\n${MIT}`;
}

/** The MIT licence as SPDX has it, for packages that name it without a text. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
