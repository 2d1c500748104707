import {
  type EdgeKind,
  type Facts,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type GraphObject,
  type Listing,
  NODE_KINDS,
  type NodeKind,
} from './graph.ts';

/** A node before it has an id that no other has. */
export interface NewNode {
  readonly kind: NodeKind;
  /** Names it among its kind: an object's id, an attachment's key, a path. */
  readonly name: string;
  /** Tells two of one kind and name apart, where that does not do. */
  readonly key?: string;
  readonly label: string;
  readonly listing: Listing;
  readonly facts: Facts;
  readonly object?: GraphObject;
}

/** Collects nodes and edges. Two objects of one name are two nodes, and what refers to that name refers to both. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #objects = new Map<string, GraphObject>();
  readonly #ids = new Set<string>();
  readonly #named = new Map<string, string[]>();
  readonly #edges = new Map<string, GraphEdge>();

  /** Adds a node, whether or not there is one of its name; gives its id. */
  add(node: NewNode): string {
    const { kind, name, label, listing, facts, object } = node;
    const id = this.#freeId(`${kind}:${name}`);
    this.#nodes.push({ id, kind, label, listing, facts });
    if (object !== undefined) this.#objects.set(id, object);
    const key = keyOf(node);
    const known = this.#named.get(key);
    if (known === undefined) this.#named.set(key, [id]);
    else known.push(id);
    return id;
  }

  /** Ids of the nodes of that name, which is added where there is none. */
  refer(node: NewNode): readonly string[] {
    return this.#named.get(keyOf(node)) ?? [this.add(node)];
  }

  /** An edge between each two of them; one that is there already is not added again. */
  connect(from: readonly string[], kind: EdgeKind, to: readonly string[]): void {
    for (const source of from) {
      for (const target of to) {
        this.#edges.set(JSON.stringify([source, target, kind]), { from: source, to: target, kind });
      }
    }
  }

  /** Nodes by kind, number and name, edges in the order of their ends: another order of the inventory is no other graph. */
  build(about: Omit<Graph, 'nodes' | 'edges' | 'objects'>): Graph {
    const nodes = this.#nodes.sort(compareNodes);
    const places = new Map(nodes.map(({ id }, index) => [id, index]));
    const place = (id: string): number => places.get(id) ?? 0;
    const edges = [...this.#edges.values()].sort(
      (a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to) || compareText(a.kind, b.kind),
    );
    return { ...about, nodes, edges, objects: this.#objects };
  }

  #freeId(wanted: string): string {
    let id = wanted;
    for (let count = 2; this.#ids.has(id); count += 1) id = `${wanted}#${count}`;
    this.#ids.add(id);
    return id;
  }
}

function keyOf({ kind, name, key = '' }: NewNode): string {
  return JSON.stringify([kind, name, key]);
}

function compareNodes(a: GraphNode, b: GraphNode): number {
  return (
    NODE_KINDS.indexOf(a.kind) - NODE_KINDS.indexOf(b.kind) || numberIn(a) - numberIn(b) || compareText(a.id, b.id)
  );
}

/** The id of a program, map, link or process. */
function numberIn({ kind, facts }: GraphNode): number {
  const number = kind === 'process' ? facts.pid : kind === 'link' ? facts.linkId : facts.id;
  return typeof number === 'number' ? number : 0;
}

/** By code units: the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
