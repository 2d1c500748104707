import { printable } from '../text/sanitise.ts';
import type { Graph, GraphEdge, GraphNode, NodeKind } from './graph.ts';
import { nodeLines } from './node-lines.ts';

const SHAPES: { readonly [kind in NodeKind]: string } = {
  program: 'box',
  map: 'cylinder',
  link: 'cds',
  attachment: 'cds',
  process: 'ellipse',
  hook: 'hexagon',
  pin: 'note',
};

/** The graph for Graphviz (https://graphviz.org/doc/info/lang.html): a line a node, a line an edge. */
export function graphDot({ host, nodes, edges }: Graph): string {
  const lines = [
    `digraph ${quoted(host)} {`,
    '  graph [rankdir="LR"];',
    '  node [fontname="sans-serif", fontsize="10"];',
    '  edge [fontname="sans-serif", fontsize="8"];',
    ...nodes.map(nodeLine),
    ...edges.map(edgeLine),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function nodeLine(node: GraphNode): string {
  const marks = { listed: '', unlisted: ', color="red", penwidth="2"', 'not-looked-at': ', style="dashed"' };
  const label = nodeLines(node).map(labelText).join('\\n');
  return `  ${quoted(node.id)} [shape="${SHAPES[node.kind]}", label="${label}"${marks[node.listing]}];`;
}

function edgeLine({ from, to, kind }: GraphEdge): string {
  return `  ${quoted(from)} -> ${quoted(to)} [label="${kind}"];`;
}

/** An id. Two that differ stay different: a backslash of its own is not taken for one that shows a control character. */
function quoted(id: string): string {
  return `"${escaped(printable(id.replaceAll('\\', '\\\\')))}"`;
}

/** In labels Graphviz also decodes `\N` and such (escString) and entities such as `&lt;`. */
function labelText(text: string): string {
  return escaped(text).replaceAll('&', '&amp;');
}

/** Inside quotes only `\"` is an escape, but a backslash at the end would make one of the quote that ends the text. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
