import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodesIn, type SyntaxNode } from './helpers/syntax.ts';

/** What each folder of src/ may import, itself aside (docs/ARCHITECTURE.md). */
const ALLOWED: { readonly [folder: string]: readonly string[] } = {
  model: [],
  text: ['model'],
  normalise: ['model', 'text'],
  checks: ['model', 'text'],
  anomaly: ['model', 'text'],
  trends: ['model', 'text'],
  graph: ['model', 'text'],
  alerts: ['model', 'text', 'system'],
  report: ['model', 'text'],
  replay: ['model', 'text'],
  // What the runtime does not offer of the operating system.
  system: ['model', 'text'],
  sources: ['model', 'text', 'normalise', 'system'],
  // Where the user keeps things: finds and reads the files; what is in them is parsed in pure folders.
  config: ['model', 'text', 'checks', 'system'],
  store: ['model', 'text', 'system'],
  terminal: ['model', 'text', 'system'],
  engine: [
    'model',
    'text',
    'normalise',
    'checks',
    'anomaly',
    'trends',
    'graph',
    'alerts',
    'report',
    'replay',
    'sources',
    'store',
    'system',
  ],
  tui: ['model', 'text', 'trends', 'graph', 'replay', 'terminal'],
};

/** Folders without IO, clock or randomness. */
const PURE = ['model', 'text', 'normalise', 'checks', 'anomaly', 'trends', 'graph', 'report', 'replay', 'alerts'];
const IMPURE_CORNERS = [/^src\/alerts\/handlers\//];
const IMPURITY = [
  /from 'node:/,
  /from 'react'/,
  /from 'ink'/,
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\bcrypto\./,
  /\bprocess\.(env|argv|exit|std\w+|hrtime|nextTick|on)\b/,
  /\bDeno\./,
  /\bperformance\./,
];

/** Calls that a list may be spread into, because something bounds it: more than some 100,000 elements overflow the stack. */
const BOUNDED_SPREADS: { readonly [call: string]: string } = {
  'String.fromCharCode(...lines.subarray(from, Math.min(to, from + MAX_PATH)))': '4096 bytes',
  'String.fromCharCode(...bytes)': 'a field of a header of tar; less than 1000 in normalise/audit',
  'String.fromCharCode(...codes)': 'an id',
  'String.fromCharCode(...bytes.subarray(0, end))': 'MAX_NAME_BYTES',
  'String.fromCharCode(...head.subarray(0, 16))': '16 bytes',
  'comparePrograms(...all((inventory) => inventory.programs))': 'two lists',
  'compareMaps(...all((inventory) => inventory.maps))': 'two lists',
  'compareAttachments(...all(attachments))': 'two lists',
  'inside(process, ...path)': 'the arguments of this call',
  "members(...match.slice(1).map((group) => group ?? ''))": 'the groups of a pattern',
  'resolve(dirname(here), readlinkSync(here), ...names.slice(index + 1))': 'the parts of one path',
  'bytes.push(...new TextEncoder().encode(character))': 'one character',
  "attached.owner('trampoline', key, ...(name.startsWith('bpf_lsm_') ? ['lsm' as const] : []))": 'one word',
};

const files = sourceFiles('src');

describe('the house', () => {
  it('has files to look at', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it('lets imports go in one direction only', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const folder = folderOf(file);
      const allowed = ALLOWED[folder];
      // cli and main are the top: they may know everyone.
      if (allowed === undefined) continue;
      for (const target of relativeImports(file)) {
        const other = folderOf(target);
        if (other !== folder && !allowed.includes(other)) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps the pure folders pure', () => {
    const wrong: string[] = [];
    for (const file of files) {
      if (!PURE.includes(folderOf(file)) || IMPURE_CORNERS.some((corner) => corner.test(file))) continue;
      const text = withoutComments(readFileSync(file, 'utf8'));
      for (const pattern of IMPURITY) if (pattern.test(text)) wrong.push(`${file}: ${pattern}`);
    }
    expect(wrong).toEqual([]);
  });

  it('keeps SQL engines inside the store', () => {
    const users = files.filter((file) => /from 'sql\.js/.test(readFileSync(file, 'utf8')));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((file) => folderOf(file) !== 'store')).toEqual([]);
  });

  it('keeps Deno itself behind terminal/ and system/', () => {
    const users = files.filter((file) => /\bDeno\./.test(withoutComments(readFileSync(file, 'utf8'))));
    expect(users.filter((file) => !['terminal', 'system'].includes(folderOf(file)))).toEqual([]);
  });

  it('spreads no list without a bound into a call', () => {
    const calls = [...nodesIn('src', ['CallExpression', 'NewExpression'])].filter(({ node }) =>
      (node.arguments as readonly SyntaxNode[]).some(({ type }) => type === 'SpreadElement'),
    );
    const unlisted = calls.filter(({ text }) => BOUNDED_SPREADS[text] === undefined);
    expect(unlisted.map(({ file, line, text }) => `${file}:${line}: ${text}`)).toEqual([]);
    expect(Object.keys(BOUNDED_SPREADS).filter((text) => !calls.some((call) => call.text === text))).toEqual([]);
  });

  it('imports with extensions and without barrels', () => {
    const wrong = files.flatMap((file) =>
      relativeImports(file)
        .filter((target) => !/\.(ts|tsx|json)$/.test(target) || /\/index\.tsx?$/.test(target))
        .map((target) => `${file}: ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** `src/engine/view.ts` → `engine`; `src/main.ts` → `main.ts`. */
function folderOf(file: string): string {
  return relative('src', file).split('/')[0] ?? '';
}

function relativeImports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map((match) => join(dirname(file), match[1] ?? ''));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
