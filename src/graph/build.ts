import type { Attachment, Owner } from '../model/inventory.ts';
import type { Section } from '../model/snapshot.ts';
import { GraphBuilder, type NewNode } from './builder.ts';
import {
  attachmentFacts,
  attachmentLabel,
  hookOf,
  mapFacts,
  mapOf,
  objectLabel,
  pinsOfAttachment,
  processFacts,
  processLabel,
  programFacts,
  replacedProgram,
} from './describe.ts';
import type { Graph, GraphSource, Listing } from './graph.ts';

/**
 * The graph of a host's BPF. Whatever refers to an object that is not listed gets a node for it, marked so. A process
 * that only `perf show` names is listed by that: /proc was walked for it.
 */
export function buildGraph(inventory: GraphSource): Graph {
  const { host, boot, time, covers } = inventory;
  const builder = new GraphBuilder();
  const refer = references(builder, covers);

  const programTypes = new Map(inventory.programs.map(({ id, type }) => [id, type]));
  const programs = inventory.programs.map((program) => ({
    program,
    node: builder.add({
      kind: 'program',
      name: String(program.id),
      label: objectLabel('program', program),
      listing: 'listed',
      facts: programFacts(program),
      object: program,
    }),
  }));
  const maps = inventory.maps.map((map) => ({
    map,
    node: builder.add({
      kind: 'map',
      name: String(map.id),
      label: objectLabel('map', map),
      listing: 'listed',
      facts: mapFacts(map),
      object: map,
    }),
  }));
  const attachments = inventory.attachments.map((attachment) => ({
    attachment,
    node: builder.add({ ...attachmentNode(attachment), listing: 'listed', object: attachment }),
  }));
  const processes = inventory.processes.map((process) => ({
    process,
    node: builder.add({
      kind: 'process',
      name: String(process.pid),
      label: processLabel(process.pid, process.comm),
      listing: 'listed',
      facts: processFacts(process),
      object: process,
    }),
  }));

  for (const { attachment, node } of attachments) {
    if (attachment.section === 'perf') for (const owner of attachment.owners) refer.holder(owner, 'listed');
    connectAttachment(attachment, node);
  }
  for (const { program, node } of programs) {
    for (const id of program.mapIds) builder.connect([node], 'uses', refer.map(id));
    connectCommon(node, program.owners, program.pinned);
  }
  for (const { map, node } of maps) connectCommon(node, map.owners, map.pinned);
  for (const { process, node } of processes) {
    for (const id of process.programIds) builder.connect([node], 'holds', refer.program(id));
    for (const id of process.mapIds) builder.connect([node], 'holds', refer.map(id));
    for (const id of process.linkIds) builder.connect([node], 'holds', refer.link(id));
  }
  return builder.build({ host, boot, time, covers });

  function connectCommon(node: string, owners: readonly Owner[], pins: readonly string[]): void {
    for (const owner of owners) builder.connect(refer.holder(owner), 'holds', [node]);
    for (const path of pins) builder.connect([node], 'pinned-at', refer.pin(path));
  }

  function connectAttachment(attachment: Attachment, node: string): void {
    const { programId, linkId, owners } = attachment;
    const by = linkId === null ? 'by-attachment' : 'by-link';
    if (programId !== null) builder.connect(refer.program(programId), by, [node]);
    const hook = hookOf(attachment);
    if (hook !== null) builder.connect([node], 'attached-to', refer.hook(hook));
    const mapId = mapOf(attachment);
    if (mapId !== null) builder.connect([node], 'attached-to', refer.map(mapId));
    const replaced = replacedProgram(attachment, programTypes.get(programId ?? 0));
    if (replaced !== null) builder.connect([node], 'attached-to', refer.program(replaced));
    connectCommon(node, owners, pinsOfAttachment(attachment));
  }
}

/** Nodes by what refers to them; those that no listing has are made. */
function references(builder: GraphBuilder, covers: readonly Section[]) {
  const missing = (section: Section): Listing => (covers.includes(section) ? 'unlisted' : 'not-looked-at');
  const byId = (kind: 'program' | 'map', id: number, section: Section) =>
    builder.refer({
      kind,
      name: String(id),
      label: objectLabel(kind, { id }),
      listing: missing(section),
      facts: { id },
    });
  return {
    program: (id: number) => byId('program', id, 'programs'),
    map: (id: number) => byId('map', id, 'maps'),
    link: (linkId: number) =>
      builder.refer({
        kind: 'link',
        name: String(linkId),
        label: `link ${linkId}`,
        listing: missing('links'),
        facts: { linkId },
      }),
    holder: ({ pid, comm }: Owner, listing: Listing = missing('processes')) =>
      builder.refer({
        kind: 'process',
        name: String(pid),
        label: processLabel(pid, comm),
        listing,
        facts: { pid, comm },
      }),
    hook: ({ kind, target }: { readonly kind: string; readonly target: string }) =>
      builder.refer({
        kind: 'hook',
        name: `${kind}:${target}`,
        key: kind,
        label: target,
        listing: 'listed',
        facts: { hookKind: kind, target },
      }),
    pin: (path: string) => builder.refer({ kind: 'pin', name: path, label: path, listing: 'listed', facts: { path } }),
  };
}

function attachmentNode(attachment: Attachment): Pick<NewNode, 'kind' | 'name' | 'label' | 'facts'> {
  const { key, linkId } = attachment;
  return {
    ...(linkId === null ? { kind: 'attachment', name: key } : { kind: 'link', name: String(linkId) }),
    label: attachmentLabel(attachment),
    facts: attachmentFacts(attachment),
  };
}
