import { buildGraph } from '../../graph/build.ts';
import { around, nodesWithId } from '../../graph/neighbourhood.ts';
import { objectsText } from '../../graph/text.ts';
import type { InventoryView } from '../../model/view.ts';
import { type Block, section } from '../detail/detail.ts';

/** Cells of a line of the graph: what the narrowest screen has room for. */
const WIDTH = 72;

/** What an object is connected with, two steps away at most, as `bpfwitness inventory --program ID` prints it. */
export function graphSection(inventory: InventoryView, kind: 'program' | 'map', id: number): readonly Block[] {
  const graph = buildGraph(inventory);
  const ids = nodesWithId(graph, kind, id).map((node) => node.id);
  return section('Connected with', [{ kind: 'code', text: objectsText(around(graph, ids), WIDTH) }]);
}
