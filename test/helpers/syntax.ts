import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';

/** A node of a file's syntax tree (ESTree). */
export interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A node, where it stands (`src/main.ts:3`), and its text. */
export interface Found {
  readonly file: string;
  readonly line: number;
  readonly node: SyntaxNode;
  readonly text: string;
}

/** Every node below a folder whose type is one of these. */
export function* nodesIn(folder: string, types: readonly string[]): Generator<Found> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.tsx?$/.test(name)) continue;
    const file = join(folder, name);
    const source = readFileSync(file, 'utf8');
    const tree = parseAst(source, { lang: name.endsWith('x') ? 'tsx' : 'ts' });
    for (const node of below(tree)) {
      if (!types.includes(node.type)) continue;
      const start = Number(node.start);
      yield {
        file,
        line: source.slice(0, start).split('\n').length,
        node,
        text: source.slice(start, Number(node.end)),
      };
    }
  }
}

function* below(value: unknown): Generator<SyntaxNode> {
  if (value === null || typeof value !== 'object') return;
  if ('type' in value && 'start' in value) yield value as unknown as SyntaxNode;
  for (const child of Object.values(value)) yield* below(child);
}
