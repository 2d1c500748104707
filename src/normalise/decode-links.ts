import type { Attachment } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { attachTypeName } from './attach-type-names.ts';
import { linkTypeName } from './bpf-names.ts';
import { btfFunctionKey, btfFunctionOf } from './btf-function.ts';
import type { Owners } from './decode-owners.ts';
import { asArray, asCount, asId, asObjects, asText } from './decode-value.ts';

type FunctionNames = Snapshot['btfFunctions'];

/**
 * One element of `bpftool -j link show`, any version; null without an id. `names` are those of the functions that
 * trampolines are attached to: `vfs_read trace_fentry`, and `btf 1/65037 trace_fentry` for one that is not among them.
 */
export function decodeLink(raw: JsonObject, owners: Owners, names?: FunctionNames): Attachment | null {
  const id = asId(raw.id);
  if (id === null) return null;
  const type = attachmentType(raw);
  return {
    key: `link:${id}`,
    section: 'links',
    type,
    target: targetOf(type, raw, names),
    // A struct_ops link has prog_id 0: its map holds the programs (section 8.4 of bpftool's link.c).
    programId: asId(raw.prog_id),
    linkId: id,
    owners: owners.of('link', id, raw.pids),
    raw,
  };
}

/**
 * What kind of place a link attaches to. The link's type is too wide for two of them: `tracing` also carries LSM hooks
 * and fmod_ret, which can change what the kernel decides, and `perf_event` carries kprobes, uprobes and tracepoints.
 */
function attachmentType(raw: JsonObject): string {
  const type = linkTypeName(raw.type);
  if (type === 'tracing') {
    const attachType = attachTypeName(raw.attach_type);
    if (attachType === 'lsm_mac') return 'lsm';
    return attachType === 'modify_return' ? attachType : type;
  }
  if (type === 'cgroup' && attachTypeName(raw.attach_type) === 'lsm_cgroup') return 'lsm';
  if (type !== 'perf_event') return type;
  const returns = raw.retprobe === true;
  if (raw.file !== undefined) return returns ? 'uretprobe' : 'uprobe';
  if (raw.func !== undefined || raw.addr !== undefined) return returns ? 'kretprobe' : 'kprobe';
  return raw.tracepoint === undefined ? type : 'tracepoint';
}

function targetOf(type: string, raw: JsonObject, names: FunctionNames): string {
  switch (type) {
    case 'raw_tracepoint':
      return asText(raw.tp_name) ?? '';
    case 'tracepoint':
      return asText(raw.tracepoint) ?? '';
    case 'kprobe':
    case 'kretprobe':
      return functionTarget(raw);
    case 'uprobe':
    case 'uretprobe':
      return withOffset(asText(raw.file) ?? '', raw);
    case 'uprobe_multi':
      return asText(raw.path) ?? '';
    case 'kprobe_multi':
      return functionList(raw);
    case 'perf_event':
      return joined([raw.event_type, raw.event_config], ':');
    case 'xdp':
    case 'tcx':
    case 'netkit':
      return withAttachType(deviceName(raw), type === 'xdp' ? '' : attachTypeName(raw.attach_type));
    case 'cgroup':
      return cgroupTarget(raw);
    case 'lsm':
      return raw.cgroup_id === undefined
        ? withAttachType(btfTarget(raw, names), attachTypeName(raw.attach_type))
        : cgroupTarget(raw);
    case 'netns':
      return withAttachType(`netns ${asText(raw.netns_ino) ?? ''}`, attachTypeName(raw.attach_type));
    case 'netfilter':
      return netfilterTarget(raw);
    case 'iter':
      return asText(raw.target_name) ?? '';
    case 'struct_ops':
    case 'sockmap':
      return withAttachType(`map ${asText(raw.map_id) ?? ''}`, attachTypeName(raw.attach_type));
    default:
      return withAttachType(btfTarget(raw, names), attachTypeName(raw.attach_type));
  }
}

/** `inet/prerouting prio -100`, from a link or from `net show`. bpftool prints names, or numbers it has no name for. */
export function netfilterTarget(raw: JsonObject): string {
  const priority = asText(raw.prio);
  return priority === null ? '' : `${joined([raw.pf, raw.hook], '/')} prio ${priority}`;
}

/** `vfs_read`, `vfs_read+0x10`, or the address where the symbols are hidden. */
export function functionTarget(raw: JsonObject): string {
  const name = asText(raw.func);
  return name === null || name === '' ? (asText(raw.addr) ?? '') : withOffset(name, raw);
}

/** The text with `offset`, when there is one that is not zero. */
export function withOffset(text: string, raw: JsonObject): string {
  const offset = asCount(raw.offset);
  return offset === null || offset === 0 ? text : `${text}+0x${offset.toString(16)}`;
}

/** The device's name, or `ifindex N` where bpftool had none. */
export function deviceName(raw: JsonObject): string {
  const name = asText(raw.devname);
  if (name !== null && name !== '') return name;
  const index = asText(raw.ifindex);
  return index === null ? '' : `ifindex ${index}`;
}

function functionList(raw: JsonObject): string {
  const names = asObjects(raw.funcs).flatMap((entry) => asText(entry.func) ?? []);
  const count = asCount(raw.func_cnt) ?? asArray(raw.funcs).length;
  const shown = names.slice(0, 3);
  if (shown.length === 0) return `${count} functions`;
  return count > shown.length ? `${shown.join(', ')} and ${count - shown.length} more` : shown.join(', ');
}

function cgroupTarget(raw: JsonObject): string {
  return withAttachType(`cgroup ${asText(raw.cgroup_id) ?? ''}`.trim(), attachTypeName(raw.attach_type));
}

function btfTarget(raw: JsonObject, names: FunctionNames = {}): string {
  const target = btfFunctionOf(raw);
  const name = target === null ? undefined : names[btfFunctionKey(target)];
  if (name !== undefined) return name;
  const id = asText(raw.target_btf_id);
  return id === null ? '' : `btf ${asText(raw.target_obj_id) ?? '?'}/${id}`;
}

function withAttachType(text: string, attachType: string): string {
  return [text, attachType].filter((part) => part !== '').join(' ');
}

function joined(values: readonly (JsonObject[string] | undefined)[], separator: string): string {
  return values.flatMap((value) => asText(value) ?? []).join(separator);
}
