import { stringify } from 'csv-stringify/sync';
import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import type { Graph, GraphNode } from './graph.ts';
import { attachmentsOf, programsBy, type Relations, relationsOf } from './relations.ts';

/** Facts with a column of their own, by the name of that. */
const FACTS: { readonly [column: string]: string } = {
  type: 'type',
  name: 'name',
  tag: 'tag',
  target: 'target',
  uid: 'uid',
  exe: 'exe',
  capabilities: 'capabilities',
  helpers: 'helpers',
  key_size: 'keySize',
  value_size: 'valueSize',
  max_entries: 'maxEntries',
  frozen: 'frozen',
};

/** Node ids, with `; ` between them. */
const RELATIONS: { readonly [column: string]: (relations: Relations, id: string) => readonly GraphNode[] } = {
  uses: (relations, id) => relations.to(id, 'uses'),
  used_by: (relations, id) => relations.from(id, 'uses'),
  attached_by: attachmentsOf,
  attaches: programsBy,
  attached_to: (relations, id) => relations.to(id, 'attached-to'),
  holds: (relations, id) => relations.to(id, 'holds'),
  held_by: (relations, id) => relations.from(id, 'holds'),
  pinned_at: (relations, id) => relations.to(id, 'pinned-at'),
};

/**
 * The nodes of a graph as CSV (RFC 4180), a row each; safe for a spreadsheet as the report's CSV is. What is not known
 * is empty.
 */
export function graphCsv(graph: Graph): string {
  const relations = relationsOf(graph);
  const header = ['host', 'time', 'node', 'kind', 'listing', 'label', ...Object.keys(FACTS), ...Object.keys(RELATIONS)];
  const rows = graph.nodes.map((node) => [
    printable(graph.host),
    formatTime(graph.time),
    printable(node.id),
    node.kind,
    node.listing,
    printable(node.label),
    ...Object.values(FACTS).map((name) => cell(node.facts[name])),
    ...Object.values(RELATIONS).map((of) =>
      of(relations, node.id)
        .map(({ id }) => printable(id))
        .join('; '),
    ),
  ]);
  return stringify([header, ...rows], { escape_formulas: true, record_delimiter: 'windows' });
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map((each) => printable(String(each))).join(' ') : printable(String(value));
}
