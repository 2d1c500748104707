import { safeJson } from '../text/safe-json.ts';
import type { Graph } from './graph.ts';

/** Grows when a key changes its meaning or goes away. */
export const GRAPH_VERSION = 1;

/**
 * The graph as one JSON document (docs/inventory.md): nodes, edges, and by node id the objects as they were decoded,
 * with everything that bpftool said of them in `raw`. Strings are raw: JSON escapes what is unsafe in it.
 */
export function graphJson({ host, boot, time, covers, nodes, edges, objects }: Graph): string {
  const document = {
    format: 'bpfwitness-graph',
    version: GRAPH_VERSION,
    host,
    boot,
    time,
    covers,
    nodes,
    edges,
    objects: Object.fromEntries(objects),
  };
  return `${safeJson(document, 2)}\n`;
}
