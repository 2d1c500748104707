import type { JsonObject } from '../../model/json.ts';
import { exact, typeOf } from './text-fields.ts';

/** The parts of `bpftool net list`, each headed by its name and a colon (do_show in bpftool's net.c). */
export type NetPart = 'xdp' | 'tc' | 'flow_dissector' | 'netfilter';

/** The part that a line of `bpftool net list` begins; null for any other line. */
export function netHead(line: string): NetPart | null {
  return (/^(xdp|tc|flow_dissector|netfilter):\s*$/.exec(line)?.[1] as NetPart | undefined) ?? null;
}

/** What one line of a part says, as `bpftool -j` would have it; null when it is not known. */
export function netLine(part: NetPart, line: string): JsonObject | null {
  switch (part) {
    case 'xdp':
      return xdpLine(line);
    case 'tc':
      return tcLine(line);
    case 'netfilter':
      return netfilterLine(line);
    case 'flow_dissector': {
      const id = /^id (\d+)\s*$/.exec(line)?.[1];
      return id === undefined ? null : { id: exact(id) };
    }
  }
}

const DEVICE = /^([^()\s]*)\((\d+)\)/;

/** `lo(1) generic id 5722`, and once more for each further program on the device (do_xdp_dump_one). */
function xdpLine(line: string): JsonObject | null {
  const device = DEVICE.exec(line);
  if (device === null) return null;
  const rest = line.slice(device[0].length);
  if (!/^(?: (?:generic|driver|offload) id \d+)+\s*$/.test(rest)) return null;
  const programs = [...rest.matchAll(/ (\w+) id (\d+)/g)].map(([, mode = '', id = '']) => ({ mode, id: exact(id) }));
  const [only] = programs;
  const head = deviceMembers(device);
  return programs.length === 1 && only !== undefined ? { ...head, ...only } : { ...head, multi_attachments: programs };
}

/** `eth0(2) clsact/ingress prog.o:[cls] id 37 act [{name id 38}] ` or `eth0(2) tcx/ingress tc1 prog_id 29 link_id 8`. */
function tcLine(line: string): JsonObject | null {
  const device = DEVICE.exec(line);
  if (device === null) return null;
  const [filter = '', actions] = cut(line.slice(device[0].length).trimEnd(), ' act [');
  const match = /^ (\S+)(?: (\S.*?))?(?: (id|prog_id) (\d+))?(?: link_id (\d+))?$/.exec(filter.trimEnd());
  if (match === null) return null;
  const [, kind = '', name, key, id, link] = match;
  return {
    ...deviceMembers(device),
    kind,
    ...(name === undefined ? {} : { name }),
    ...(key === undefined || id === undefined ? {} : { [key]: exact(id) }),
    ...(link === undefined ? {} : { link_id: exact(link) }),
    ...(actions === undefined
      ? {}
      : { act: [...actions.matchAll(/\{([^{}]*)\}/g)].map(([, act = '']) => action(act)) }),
  };
}

function action(text: string): JsonObject {
  const [, name = '', id] = /^(.*?)(?: id (\d+))?$/.exec(text) ?? [];
  return { ...(name === '' ? {} : { name }), ...(id === undefined ? {} : { id: exact(id) }) };
}

/** The text before the first place of `separator`, and the text after it when it is there. */
function cut(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** `	inet prerouting prio -128 prog_id 14` (netfilter_dump_plain in bpftool's link.c). */
function netfilterLine(line: string): JsonObject | null {
  const match =
    /^\s*(?:pf: (\d+)|(\w+))(?:, hook (\d+),| (\w+)) prio (-?\d+)(?: flags 0x([0-9a-f]+))?(?: (?:prog_)?id (\d+))?\s*$/.exec(
      line,
    );
  if (match === null) return null;
  const [, pf, pfName = '', hook, hookName = '', prio = '', flags = '0', id] = match;
  return {
    pf: pf === undefined ? pfName : exact(pf),
    hook: hook === undefined ? hookName : exact(hook),
    prio: Number(prio),
    flags: Number.parseInt(flags, 16),
    ...(id === undefined ? {} : { id: exact(id) }),
  };
}

function deviceMembers([, name = '', index = '']: RegExpExecArray): JsonObject {
  return { ...(name === '' ? {} : { devname: name }), ifindex: exact(index) };
}

/** The first line of `bpftool cgroup tree`. */
export const CGROUP_TREE = /^CgroupPath\s*$/;

/** The columns of `cgroup tree` and `cgroup show`; with `effective` there are no flags. */
export const CGROUP_COLUMNS = /^ID +AttachType +(?:AttachFlags +)?Name\s*$/;

/** One program of a cgroup (show_bpf_prog in bpftool's cgroup.c); null for any other line. */
export function cgroupLine(line: string): JsonObject | null {
  const match =
    /^ *(\d+) +(type \d+|[a-z_0-9]+)(?: +(multi|override|unknown\([0-9a-f]+\)))?(?: +(\S+))?(?: +(\S.*))?$/s.exec(
      line.trimEnd(),
    );
  if (match === null) return null;
  const [, id = '', type = '', flags = '', name = '', btfName] = match;
  return {
    id: exact(id),
    attach_type: typeOf(type),
    attach_flags: flags,
    name,
    ...(btfName === undefined ? {} : { attach_btf_name: btfName }),
  };
}
