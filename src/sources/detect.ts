import { EVENT_TYPES } from '../model/event.ts';
import { parseAuditHeader } from '../normalise/audit-header.ts';
import { versionFault } from './capture/decoder.ts';
import { CAPTURE_FORMAT, CAPTURE_VERSION } from './capture/format.ts';

/** What a file is. `events` is what `query --json` prints, one event a line. */
export type Format = 'audit' | 'capture' | 'events' | 'bpftool';

export type Detected =
  | { readonly format: Format }
  /** `empty` holds no byte at all; anything else that is not known has its reason. */
  | { readonly format: 'empty' | 'unknown'; readonly reason: string };

/** Unpacked bytes from the start of a file that are enough to tell. */
export const DETECT_BYTES = 64 * 1024;

/** Tells what a file is by its first bytes (unpacked, up to {@link DETECT_BYTES}); its name does not matter. */
export function detectFormat(head: Uint8Array): Detected {
  if (head.length === 0) return { format: 'empty', reason: 'no data' };
  const packed = packedWith(head);
  if (packed !== null) return { format: 'unknown', reason: `not recognised: packed with ${packed}; unpack it first` };
  const text = new TextDecoder().decode(head).trimStart();
  if (text === '') return { format: 'empty', reason: 'no data' };
  if (text.startsWith('{') || text.startsWith('[')) return jsonFormat(text);
  const isAudit = text.split('\n').some((line) => parseAuditHeader(line) !== null);
  return isAudit ? { format: 'audit' } : UNKNOWN;
}

const UNKNOWN: Detected = {
  format: 'unknown',
  reason: 'not recognised: neither an audit log, nor a capture, nor events, nor saved bpftool output',
};

function packedWith(head: Uint8Array): string | null {
  const magic = [...head.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (magic === 'fd377a58') return 'xz';
  if (magic === '28b52ffd') return 'zstd';
  if (magic.startsWith('425a68')) return 'bzip2';
  return magic === '504b0304' ? 'zip' : null;
}

function jsonFormat(text: string): Detected {
  const end = text.indexOf('\n');
  const line = end === -1 ? text : text.slice(0, end);
  const first = parseObject(line);
  if (first?.format === CAPTURE_FORMAT) {
    const version = typeof first.version === 'number' ? first.version : Number.NaN;
    return version === CAPTURE_VERSION ? { format: 'capture' } : { format: 'unknown', reason: versionFault(version) };
  }
  if (first !== null && 'evidence' in first && isEventType(first.type)) return { format: 'events' };
  // The first line may go on beyond what we see.
  if (first === null && end === -1 && EVENT_LINE.test(line)) return { format: 'events' };
  return BPFTOOL.test(text) ? { format: 'bpftool' } : UNKNOWN;
}

/** How `JSON.stringify` writes one of our events. */
const EVENT_LINE = /^\{"id":"[0-9a-f-]{36}","time":\d+,"type":"[a-z-]+","severity":"[a-z]+"/;

/** Keys that bpftool prints and hardly anyone else. */
const BPFTOOL = new RegExp(
  [
    '"(?:bytes_xlated|bytes_key|bytes_value|gpl_compatible|fd_type|prog_id|loaded_at|libbpf_version|disasm|xdp)"\\s*:',
    '"tag"\\s*:\\s*"[0-9a-f]{16}"',
    '"key"\\s*:\\s*\\["0x',
    '"cgroup"\\s*:\\s*"[^"]*",\\s*"programs"\\s*:',
    '"command"\\s*:\\s*\\[\\s*"(?:prog|map|link|net|perf|cgroup|btf)"',
    '^\\[?\\s*\\{\\s*"error"\\s*:\\s*"[^"]*"\\s*\\}',
    '^\\[\\s*\\]\\s*$',
  ].join('|'),
);

function isEventType(type: unknown): boolean {
  return (EVENT_TYPES as readonly unknown[]).includes(type);
}

function parseObject(line: string): { readonly [key: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : null;
  } catch {
    return null;
  }
}
