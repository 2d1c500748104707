import type { Attachment, Owner } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { attachTypeName } from './attach-type-names.ts';
import { deviceName, functionTarget, netfilterTarget, withOffset } from './decode-links.ts';
import type { Owners } from './decode-owners.ts';
import { netnsText } from './decode-packet-sockets.ts';
import { asArray, asCount, asId, asObject, asObjects, asText } from './decode-value.ts';

/** An element of `bpftool -j perf show`: an attachment by ioctl on a perf event; null without pid and fd. */
export function decodePerf(raw: JsonObject, owners: Owners): Attachment | null {
  const pid = asCount(raw.pid);
  const fd = asCount(raw.fd);
  if (pid === null || fd === null) return null;
  const file = asText(raw.filename);
  return {
    key: `perf:${pid}:${fd}`,
    section: 'perf',
    type: asText(raw.fd_type) ?? '',
    target: asText(raw.tracepoint) ?? (file === null ? functionTarget(raw) : withOffset(file, raw)),
    programId: asId(raw.prog_id),
    linkId: null,
    owners: [{ pid, comm: owners.comm(pid) }],
    raw,
  };
}

/**
 * The attachments in one object of `bpftool -j net show`; what has no program is skipped. bpftool sees one network
 * namespace at a time: `netns` names it where a collector asked in another than the host's (sosreport does).
 */
export function decodeNet(raw: JsonObject): readonly Attachment[] {
  const attachments = netAttachments(raw);
  const netns = asText(raw.netns);
  return netns === null ? attachments : attachments.map((each) => inNamespace(each, netns));
}

/**
 * What bpftool said in each of the other network namespaces. `netfilter` is left out: that part lists the links of all
 * namespaces, wherever it is asked (show_link_netfilter in bpftool's net.c).
 */
export function decodeNetNamespaces({ netNamespaces }: Snapshot): readonly Attachment[] {
  return (netNamespaces?.list ?? []).flatMap(({ inode, name, net }) => {
    const netns = netnsText({ inode, name });
    return (net ?? []).flatMap(({ netfilter, ...raw }) =>
      netAttachments(raw).map((each): Attachment => {
        const { raw: said, ...there } = inNamespace(each, netns);
        return { ...there, section: 'net-namespaces', raw: { ...said, netns_ino: inode } };
      }),
    );
  });
}

/** The same device name, or index, means another device there. A link has one id everywhere. */
function inNamespace(attachment: Attachment, netns: string): Attachment {
  const key = attachment.linkId === null ? `netns:${netns}:${attachment.key}` : attachment.key;
  const target = `netns ${netns} ${attachment.target}`;
  return { ...attachment, key, target, netns, raw: { netns, ...attachment.raw } };
}

function netAttachments(raw: JsonObject): readonly Attachment[] {
  return [
    ...asObjects(raw.xdp).flatMap(decodeXdp),
    ...asObjects(raw.tc).flatMap(decodeTc),
    ...asArray(raw.flow_dissector).flatMap((entry) => decodeFlowDissector(asObject(entry) ?? { id: entry })),
    ...asObjects(raw.netfilter).flatMap(decodeNetfilter),
  ];
}

/** A program on a device, or several at once (`multi_attachments`: generic, driver and offload side by side). */
function decodeXdp(raw: JsonObject): Attachment[] {
  const several = asObjects(raw.multi_attachments);
  const device = deviceName(raw);
  return (several.length === 0 ? [raw] : several).flatMap((entry) => {
    const programId = asId(entry.id);
    if (programId === null) return [];
    return [netAttachment(`xdp:${device}:${programId}`, 'xdp', device, programId, { ...raw, ...entry })];
  });
}

/** A classic filter or action, or a tcx or netkit program (which bpftool 7.3 and later list here as well). */
function decodeTc(raw: JsonObject): Attachment[] {
  const device = deviceName(raw);
  const kind = asText(raw.kind) ?? '';
  const family = /^(tcx|netkit)\//.exec(kind)?.[1];
  const target = `${device} ${kind}`;
  if (family !== undefined) {
    const programId = asId(raw.prog_id);
    if (programId === null) return [];
    const linkId = asId(raw.link_id);
    const key = linkId === null ? `${family}:${device}:${kind}:${programId}` : `link:${linkId}`;
    return [{ ...netAttachment(key, family, target, programId, raw), linkId }];
  }
  const programIds = [asId(raw.id), ...asObjects(raw.act).map((action) => asId(action.id))];
  return programIds.flatMap((programId) =>
    programId === null ? [] : [netAttachment(`tc:${device}:${kind}:${programId}`, 'tc', target, programId, raw)],
  );
}

function decodeFlowDissector(raw: JsonObject): Attachment[] {
  const programId = asId(raw.id);
  if (programId === null) return [];
  return [netAttachment(`flow_dissector:${programId}`, 'flow_dissector', 'netns', programId, raw)];
}

function decodeNetfilter(raw: JsonObject): Attachment[] {
  const programId = asId(raw.id);
  if (programId === null) return [];
  const target = netfilterTarget(raw);
  return [netAttachment(`netfilter:${target}:${programId}`, 'netfilter', target, programId, raw)];
}

function netAttachment(key: string, type: string, target: string, programId: number, raw: JsonObject): Attachment {
  const owners: readonly Owner[] = [];
  return { key, section: 'net', type, target, programId, linkId: null, owners, raw };
}

/**
 * The attachments in one element of `bpftool -j cgroup tree` ({cgroup, programs: [...]}) or of `cgroup show` (the
 * program itself, whose cgroup is not said).
 */
export function decodeCgroup(raw: JsonObject): readonly Attachment[] {
  const path = asText(raw.cgroup) ?? '';
  const programs = raw.programs === undefined ? [raw] : asObjects(raw.programs);
  return programs.flatMap((program) => {
    const programId = asId(program.id);
    if (programId === null) return [];
    const attachType = attachTypeName(program.attach_type);
    return [
      {
        key: `cgroup:${path}:${attachType}:${programId}`,
        section: 'cgroups' as const,
        type: attachType === 'lsm_cgroup' ? 'lsm' : 'cgroup',
        target: [path, attachType].filter((part) => part !== '').join(' '),
        programId,
        linkId: null,
        owners: [],
        raw: raw.programs === undefined ? program : { cgroup: path, ...program },
      },
    ];
  });
}
