import type { Graph, GraphNode, NodeKind } from './graph.ts';
import { nodeLines } from './node-lines.ts';

/** What Mermaid shows as it is. A colon is not in it: of a text with `style` and one, Mermaid takes a semicolon away. */
const ENCODED = /[^A-Za-z0-9 _.,/()-]/gu;

const SHAPES: { readonly [kind in NodeKind]: readonly [open: string, close: string] } = {
  program: ['["', '"]'],
  map: ['[("', '")]'],
  link: ['(["', '"])'],
  attachment: ['(["', '"])'],
  process: ['("', '")'],
  hook: ['{{"', '"}}'],
  pin: ['>"', '"]'],
};

/**
 * The graph as a Mermaid flowchart: a line a node, a line an edge. Nodes are `n0`, `n1`, ... in the order of the
 * graph, so that no name can be taken for a keyword; in a label every other character is an entity code
 * (https://mermaid.js.org/syntax/flowchart.html).
 */
export function graphMermaid({ nodes, edges }: Graph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const unlisted = nodes.flatMap(({ id, listing }) => (listing === 'unlisted' ? [names.get(id)] : []));
  const lines = [
    'flowchart LR',
    ...nodes.map((node, index) => `  n${index}${shape(node)}`),
    ...edges.map(({ from, to, kind }) => `  ${names.get(from)} -->|${kind}| ${names.get(to)}`),
    ...(unlisted.length === 0
      ? []
      : ['  classDef unlisted stroke:red,stroke-width:3px', `  class ${unlisted.join(',')} unlisted`]),
  ];
  return `${lines.join('\n')}\n`;
}

function shape(node: GraphNode): string {
  const [open, close] = SHAPES[node.kind];
  return open + nodeLines(node).map(encoded).join('<br>') + close;
}

/** A line with `direction TB` in it, in quotes or not, is a statement of its own (`.*direction` in flow.jison). */
const DIRECTION = /n(?<=direction)(?= )/gi;

function encoded(text: string): string {
  return text.replace(ENCODED, entity).replace(DIRECTION, entity);
}

function entity(character: string): string {
  return `#${character.codePointAt(0)};`;
}
