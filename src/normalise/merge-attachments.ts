import type { Attachment } from '../model/inventory.ts';
import { attachTypeName } from './attach-type-names.ts';
import { asCount } from './decode-value.ts';

/**
 * Puts the listings together so that one attachment is there once. `link show` knows every link; `net show`,
 * `perf show` and `cgroup tree` show many of them again, beside what was attached without one. A row that is a link's
 * gives way to the link, and lends it what the link's own element does not say (no device or probe before bpftool 7.3,
 * no cgroup path ever). Keys that would be equal (one program twice on one hook) are told apart by `#2`, `#3`, ....
 */
export function mergeAttachments(links: readonly Attachment[], others: readonly Attachment[]): readonly Attachment[] {
  const merged = new Map(distinctKeys(links).map((link) => [link.key, link]));
  const byProgram = new Map<number | null, Attachment[]>();
  for (const link of merged.values()) {
    const known = byProgram.get(link.programId);
    if (known) known.push(link);
    else byProgram.set(link.programId, [link]);
  }
  const rest: Attachment[] = [];
  for (const row of others) {
    const candidates = byProgram.get(row.programId) ?? [];
    const index = candidates.findIndex((candidate) => isSame(candidate, row));
    const link = candidates[index];
    if (link === undefined) {
      rest.push(row);
      continue;
    }
    // perf show has a row for each descriptor of a link, the others one for each link.
    if (row.section !== 'perf') candidates.splice(index, 1);
    merged.set(link.key, withMore(link, row));
  }
  return distinctKeys([...merged.values(), ...rest]);
}

/** True when a row shows this link, given that both name the same program. */
function isSame(link: Attachment, row: Attachment): boolean {
  if (row.linkId !== null) return row.linkId === link.linkId;
  if (row.type === 'flow_dissector') return link.type === 'netns' && sameNamespace(link, row);
  if (row.section === 'perf') return sameProbe(link, row);
  if (link.type !== row.type) return false;
  switch (row.type) {
    case 'xdp':
      return sameDevice(link, row);
    case 'netfilter':
      return link.target === row.target;
    case 'cgroup':
    case 'lsm':
      return attachTypeName(link.raw.attach_type) === attachTypeName(row.raw.attach_type);
    default:
      return false;
  }
}

/**
 * BPF_TASK_FD_QUERY, which `perf show` asks of every descriptor, also answers for raw tracepoint links and for perf
 * events that a link attached to (bpf_task_fd_query in kernel/bpf/syscall.c).
 */
function sameProbe(link: Attachment, row: Attachment): boolean {
  if (link.type === 'perf_event') return link.target === '';
  return link.type === row.type && (link.target === '' || link.target === row.target);
}

/** Links before bpftool 7.3 do not say their device: then the program has to do. */
function sameDevice(link: Attachment, row: Attachment): boolean {
  const index = asCount(link.raw.ifindex);
  return index === null || index === asCount(row.raw.ifindex);
}

/** A collector tells the namespace's name, a link its inode, and our own look both. */
function sameNamespace(link: Attachment, row: Attachment): boolean {
  const [ofLink, ofRow] = [link, row].map(({ raw }) => asCount(raw.netns_ino));
  return ofLink === null || ofRow === null || ofLink === ofRow;
}

/** The device of a link is named as its index is in the namespace that was looked from, where it may be another's. */
function withMore(link: Attachment, row: Attachment): Attachment {
  if (row.netns !== undefined) {
    const { netns } = row;
    return link.type === 'netns' ? { ...link, netns } : { ...link, target: row.target, netns };
  }
  if (link.type === 'perf_event') return { ...link, type: row.type, target: row.target };
  const saysLess = link.target === '' || link.target.startsWith('cgroup ');
  return saysLess ? { ...link, target: row.target } : link;
}

function distinctKeys(attachments: readonly Attachment[]): readonly Attachment[] {
  const seen = new Map<string, number>();
  return attachments.map((attachment) => {
    const count = (seen.get(attachment.key) ?? 0) + 1;
    seen.set(attachment.key, count);
    return count === 1 ? attachment : { ...attachment, key: `${attachment.key}#${count}` };
  });
}
