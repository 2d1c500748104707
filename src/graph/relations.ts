import type { EdgeKind, Graph, GraphNode } from './graph.ts';

/** What a node is connected with, in the graph's order. */
export interface Relations {
  /** Nodes that an edge of this kind goes to from the node. */
  to(id: string, kind: EdgeKind): readonly GraphNode[];
  /** Nodes that an edge of this kind comes from. */
  from(id: string, kind: EdgeKind): readonly GraphNode[];
}

export function relationsOf({ nodes, edges }: Graph): Relations {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const forth = new Map<string, GraphNode[]>();
  const back = new Map<string, GraphNode[]>();
  for (const { from, to, kind } of edges) {
    note(forth, `${kind} ${from}`, byId.get(to));
    note(back, `${kind} ${to}`, byId.get(from));
  }
  return {
    to: (id, kind) => forth.get(`${kind} ${id}`) ?? [],
    from: (id, kind) => back.get(`${kind} ${id}`) ?? [],
  };
}

function note(lists: Map<string, GraphNode[]>, key: string, node: GraphNode | undefined): void {
  if (node === undefined) return;
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [node]);
  else list.push(node);
}

/** How a node is attached, whether by links or without. */
export function attachmentsOf(relations: Relations, id: string): readonly GraphNode[] {
  return [...relations.to(id, 'by-link'), ...relations.to(id, 'by-attachment')];
}

/** Programs that are attached by this link or attachment. */
export function programsBy(relations: Relations, id: string): readonly GraphNode[] {
  return [...relations.from(id, 'by-link'), ...relations.from(id, 'by-attachment')];
}
