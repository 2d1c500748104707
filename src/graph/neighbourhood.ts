import type { Graph, GraphNode } from './graph.ts';

/** How far from an object the rest of it is looked for: to the holders and pins of its maps and links, and its hooks. */
export const STEPS = 2;

/** The part of a graph that is at most so many edges away from these nodes, in whichever direction they go. */
export function around(graph: Graph, ids: readonly string[], steps: number = STEPS): Graph {
  const neighbours = new Map<string, string[]>(graph.nodes.map(({ id }) => [id, []]));
  for (const { from, to } of graph.edges) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const near = new Set(ids.filter((id) => neighbours.has(id)));
  let edge: readonly string[] = [...near];
  for (let step = 0; step < steps; step += 1) {
    const next = new Set(edge.flatMap((id) => neighbours.get(id) ?? []).filter((id) => !near.has(id)));
    for (const id of next) near.add(id);
    edge = [...next];
  }
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => near.has(id)),
    edges: graph.edges.filter(({ from, to }) => near.has(from) && near.has(to)),
    objects: new Map([...graph.objects].filter(([id]) => near.has(id))),
  };
}

/** Programs or maps with that id: more than one only where a listing has it twice. */
export function nodesWithId(graph: Graph, kind: 'program' | 'map', id: number): readonly GraphNode[] {
  return graph.nodes.filter((node) => node.kind === kind && node.facts.id === id);
}
