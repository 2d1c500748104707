import { EVENT_TYPES } from '../model/event.ts';
import { looksLikeAudit } from '../normalise/audit/spelling/spelling.ts';
import { type AgentFormat, agentFormat } from './agents/detect.ts';
import { readTarHeader, TAR_BLOCK } from './archive/tar-header.ts';
import { blanksAtStart } from './blank-start.ts';
import { looksLikeBpftoolText } from './bpftool/text.ts';
import { versionFault } from './capture/decoder.ts';
import { CAPTURE_FORMAT, CAPTURE_VERSION } from './capture/format.ts';
import { foreignMagic, isBinary } from './foreign-magic.ts';

/** What a file is. `events` is what `query --json` prints, one event a line; `archive` is a tar. */
export type Detected =
  | { readonly format: 'audit' | 'capture' | 'events' | 'bpftool' | 'archive' }
  | { readonly format: 'agent'; readonly agent: AgentFormat }
  /** `empty` holds no byte at all; anything else that is not known has its reason. */
  | { readonly format: 'empty' | 'unknown'; readonly reason: string };

/** Unpacked bytes from the start of a file that are enough to tell. */
export const DETECT_BYTES = 64 * 1024;

/**
 * Tells what a file is by its first bytes (unpacked, up to {@link DETECT_BYTES}); its name does not matter. What is said
 * first counts: an archive; a kind of file that cannot be read here, by its magic; of JSON our own formats, then an
 * agent's, then bpftool's, whose signs are the weakest; of text an audit log in any spelling, then bpftool's.
 */
export function detectFormat(head: Uint8Array): Detected {
  if (head.length === 0) return EMPTY;
  // A log that was truncated under its writer begins with a hole, and an archive may have blocks of zeros first.
  const start = blanksAtStart(head);
  if (start === head.length) return head.includes(0) ? BLANK : EMPTY;
  if (readTarHeader(head.subarray(start - (start % TAR_BLOCK))) !== null) return { format: 'archive' };
  const foreign = foreignMagic(head) ?? foreignMagic(head.subarray(start));
  if (foreign !== null) return { format: 'unknown', reason: `not recognised: ${foreign}` };
  if (isBinary(head.subarray(start))) return BINARY;
  const text = new TextDecoder().decode(head).replace(/^[\s\0]+/, '');
  const json = /^[[{]/.test(text) ? jsonFormat(text) : null;
  if (json !== null) return json;
  if (looksLikeAudit(text)) return { format: 'audit' };
  // Lines of syslog or of Docker may carry an agent's JSON.
  const agent = agentFormat(text);
  if (agent !== null) return { format: 'agent', agent };
  return looksLikeBpftoolText(text) ? { format: 'bpftool' } : UNKNOWN;
}

const EMPTY: Detected = { format: 'empty', reason: 'no data' };

/** What holds NULs and blanks alone. */
export const BLANK: Detected = { format: 'unknown', reason: 'not recognised: nothing but NUL bytes and blanks' };

/** What holds many bytes that are no text, and has no magic that is known. */
export const BINARY: Detected = { format: 'unknown', reason: 'not recognised: a binary file' };

/** The reason where nothing shows what a file is. */
export const NOT_RECOGNISED = 'not recognised';

/** What is text of a kind that is not known. */
export const UNKNOWN: Detected = { format: 'unknown', reason: NOT_RECOGNISED };

/** Null where the text begins like JSON and is none that is known. */
function jsonFormat(text: string): Detected | null {
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
  const agent = agentFormat(text);
  if (agent !== null) return { format: 'agent', agent };
  return BPFTOOL.test(text) ? { format: 'bpftool' } : null;
}

/** How `JSON.stringify` writes one of our events. */
const EVENT_LINE = /^\{"id":"[0-9a-f-]{36}","time":\d+,"type":"[a-z-]+","severity":"[a-z]+"/;

/** Keys that bpftool prints and hardly anyone else. */
const BPFTOOL = new RegExp(
  [
    '"(?:bytes_xlated|bytes_key|bytes_value|gpl_compatible|fd_type|prog_id|loaded_at|libbpf_version|disasm|xdp)"\\s*:',
    '"(?:kernel_struct_ops|bpf_map_info|token_info|syscall_config|inner_map_id)"\\s*:',
    '"tag"\\s*:\\s*"[0-9a-f]{16}"',
    '"key"\\s*:\\s*\\[\\s*"0x',
    '"cgroup"\\s*:\\s*"[^"]*",\\s*"programs"\\s*:',
    '"attach_type"\\s*:\\s*"[a-z0-9_]+",\\s*"attach_flags"\\s*:',
    '"size"\\s*:\\s*\\d+\\s*,\\s*"prog_ids"\\s*:\\s*\\[',
    '"command"\\s*:\\s*\\[\\s*"(?:prog|map|link|net|perf|cgroup|btf|struct_ops|feature|version)"',
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
