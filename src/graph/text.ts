import { SECTIONS } from '../model/snapshot.ts';
import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import { plural } from '../text/units.ts';
import type { Graph, GraphNode, NodeKind } from './graph.ts';
import { objectParts } from './object-text.ts';
import { attachmentsOf, programsBy, type Relations, relationsOf } from './relations.ts';
import { type Branch, treeLines } from './tree.ts';

/** The graph for people, lines of at most `width` cells where no single name or path is wider. Times are UTC. */
export function graphText(graph: Graph, width: number): string {
  const blocks = [headBranches(graph), ...sectionsOf(graph)];
  return `${blocks.map((branches) => treeLines(branches, width).join('\n')).join('\n\n')}\n`;
}

/** Its objects alone, without what it is of: for where that is said already. */
export function objectsText(graph: Graph, width: number): string {
  return sectionsOf(graph)
    .map((branches) => treeLines(branches, width).join('\n'))
    .join('\n\n');
}

function sectionsOf(graph: Graph): readonly (readonly Branch[])[] {
  const relations = relationsOf(graph);
  const of = (kind: NodeKind): readonly GraphNode[] => graph.nodes.filter((node) => node.kind === kind);
  // Of no program, as struct_ops links are, or of one that is not in this part of the graph.
  const orphans = [...of('link'), ...of('attachment')].filter(({ id }) => programsBy(relations, id).length === 0);
  const sections = [
    section('Programs', of('program'), (node) => programBranch(node, relations)),
    section('Maps', of('map'), (node) => mapBranch(node, relations)),
    section('Other attachments', orphans, (node) => attachmentBranch(node, relations)),
    section('Processes', of('process'), (node) => processBranch(node, relations)),
  ];
  return sections.filter((branches) => branches.length > 0);
}

function headBranches({ host, boot, time, covers, nodes }: Graph): readonly Branch[] {
  const count = (kind: NodeKind): number => nodes.filter((node) => node.kind === kind).length;
  const unlisted = nodes.filter(({ listing }) => listing === 'unlisted').length;
  const missing = SECTIONS.filter((name) => !covers.includes(name));
  return [
    { parts: [printable(host), formatTime(time), ...(boot === null ? [] : [`boot ${printable(boot)}`])] },
    {
      parts: [
        plural(count('program'), 'program'),
        plural(count('map'), 'map'),
        plural(count('link') + count('attachment'), 'attachment'),
        plural(count('process'), 'process', 'processes'),
      ],
    },
    ...(unlisted === 0
      ? []
      : [{ parts: [`${unlisted} UNLISTED: referred to`, 'but not in the listing that should have it'] }]),
    ...(missing.length === 0 ? [] : [{ parts: [`not looked at: ${missing[0]}`, ...missing.slice(1)] }]),
  ];
}

function section(title: string, nodes: readonly GraphNode[], branch: (node: GraphNode) => Branch): readonly Branch[] {
  return nodes.length === 0 ? [] : [{ parts: [title] }, ...nodes.map(branch)];
}

function programBranch(node: GraphNode, relations: Relations): Branch {
  const { id } = node;
  const attachments = attachmentsOf(relations, id).map((each) => attachmentBranch(each, relations, 'attached by '));
  return {
    parts: objectParts(node),
    below: [
      ...attachments,
      ...list('replaced in part by', relations.from(id, 'attached-to')),
      ...list('uses', relations.to(id, 'uses')),
      ...list('held by', relations.from(id, 'holds')),
      ...list('pinned at', relations.to(id, 'pinned-at')),
    ],
  };
}

function mapBranch(node: GraphNode, relations: Relations): Branch {
  const { id } = node;
  return {
    parts: objectParts(node),
    below: [
      ...list('used by', relations.from(id, 'uses')),
      ...list('attached to it', relations.from(id, 'attached-to')),
      ...list('held by', relations.from(id, 'holds')),
      ...list('pinned at', relations.to(id, 'pinned-at')),
    ],
  };
}

function attachmentBranch(node: GraphNode, relations: Relations, before = ''): Branch {
  const { id } = node;
  const [label = '', ...rest] = objectParts(node);
  const hooks = relations.to(id, 'attached-to').filter(({ kind }) => kind !== 'hook');
  return {
    parts: [before + label, ...hooks.map((hook) => `at ${reference(hook)}`), ...rest],
    below: [...list('held by', relations.from(id, 'holds')), ...list('pinned at', relations.to(id, 'pinned-at'))],
  };
}

function processBranch(node: GraphNode, relations: Relations): Branch {
  return { parts: objectParts(node), below: list('holds', relations.to(node.id, 'holds')) };
}

/** `held by sh (pid 12), perl (pid 13)`, or nothing. */
function list(what: string, nodes: readonly GraphNode[]): readonly Branch[] {
  if (nodes.length === 0) return [];
  return [{ parts: nodes.map((node, index) => (index === 0 ? `${what} ` : '') + reference(node)) }];
}

function reference({ label, listing }: GraphNode): string {
  return printable(label) + (listing === 'unlisted' ? ' UNLISTED' : '');
}
