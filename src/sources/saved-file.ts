import type { Json } from '../model/json.ts';
import type { InputFacts, Unreadable } from '../model/observation.ts';
import type { Problem } from '../model/snapshot.ts';
import { textOfPath } from '../text/path-bytes.ts';
import { type BpftoolJson, parseBpftoolJson } from './bpftool/json.ts';
import { looksLikeBpftoolText, parseBpftoolText } from './bpftool/text.ts';
import { type SavedOutput, sortOut } from './bpftool-sections.ts';
import type { ByteInput } from './bytes.ts';
import { SHOWN } from './lines.ts';
import { ReadFault } from './read-fault.ts';

/** A saved output is read whole; listings of ten thousand programs are some megabytes. */
const MAX_BYTES = 128 * 1024 * 1024;

/** What one file of saved bpftool output amounts to. */
export interface SavedFile {
  readonly name: string;
  /** When it was last written, ms since the epoch; null where nobody knows. */
  readonly modified: number | null;
  readonly output: SavedOutput;
  /** True for `[]`: whatever was asked for, there was none. */
  readonly none: boolean;
  readonly problems: readonly Problem[];
  readonly unreadable: readonly Unreadable[];
  readonly facts: InputFacts;
}

/** Reads a file whole: what `bpftool` printed, with or without `-j`. What of it is not understood is in `unreadable`. */
export async function readSavedFile(input: ByteInput, signal: AbortSignal): Promise<SavedFile> {
  const unreadable: Unreadable[] = [];
  const refuse = (reason: string, text: string, line?: number): void => {
    const at = line === undefined ? { file: input.name } : { file: input.name, line };
    unreadable.push({ at, reason, text: text.slice(0, SHOWN) });
  };
  const text = await readText(input, signal, refuse);
  const isText = !/^\s*[[{]/.test(text) && looksLikeBpftoolText(text);
  const json = isText ? null : parseBpftoolJson(text);
  const output = json === null ? textOutput(text, refuse) : jsonOutput(json, text, refuse);
  const none = json?.errors.length === 0 && json.documents.length > 0 && json.documents.every(isEmptyList);
  const facts: InputFacts = {
    name: input.name,
    format: isText ? 'bpftool text' : 'bpftool JSON',
    bytes: input.bytesRead(),
    lines: countLines(text),
    // `[]` says that there is nothing, but not of what.
    records: none ? { 'empty listing': json.documents.length } : recordsOf(output),
    hosts: [],
    timeRange: null,
    gaps: [],
  };
  const problems = problemsOf(input.name, output, json?.repairs ?? []);
  return { name: input.name, modified: input.modified, output, none, problems, unreadable, facts };
}

function isEmptyList(document: Json): boolean {
  return Array.isArray(document) && document.length === 0;
}

type Refuse = (reason: string, text: string, line?: number) => void;

function jsonOutput(json: BpftoolJson, text: string, refuse: Refuse): SavedOutput {
  const output = sortOut(json.documents);
  for (const { line, column, reason } of json.errors) refuse(`column ${column}: ${reason}`, '', line);
  for (const element of output.unknown) refuse('not an element of a bpftool listing', JSON.stringify(element));
  if (json.documents.length === 0 && json.errors.length === 0) refuse('no data', text);
  else if (saysNothing(output) && !json.documents.every(isEmptyList)) {
    refuse('nothing shows which listing this is', text);
  }
  return output;
}

function textOutput(text: string, refuse: Refuse): SavedOutput {
  const { listings, ignored, instructions, unknown } = parseBpftoolText(text);
  for (const each of unknown) refuse('not a line of a bpftool listing', each.text, each.line);
  const dumps = instructions.length === 0 ? [] : [{ programId: null, instructions }];
  return { listings, version: null, ignored, errors: [], unknown: [], superseded: [], dumps };
}

function recordsOf({ listings, ignored }: SavedOutput): { readonly [kind: string]: number } {
  const records = new Map<string, number>();
  for (const [listing, elements] of listings) records.set(listing, elements.length);
  for (const [kind, count] of ignored) records.set(kind, count);
  return Object.fromEntries(records);
}

function problemsOf(file: string, output: SavedOutput, repairs: readonly string[]): Problem[] {
  const say = (message: string): Problem => ({ section: null, message: `${file}: ${message}` });
  return [
    ...repairs.map((repair) => say(`is not JSON as it stands; put right: ${repair}`)),
    ...output.errors.map((error) => say(`bpftool said: ${error}`)),
    ...output.superseded.map((listing) => say(`holds several ${listing} listings; only the last one counts`)),
  ];
}

function saysNothing({ listings, ignored, errors, unknown, version }: SavedOutput): boolean {
  return listings.size + ignored.size + errors.length + unknown.length === 0 && version === null;
}

/** The whole of a file, as text. What is over `maxBytes` is refused, and so is where it breaks off. */
export async function readText(
  input: ByteInput,
  signal: AbortSignal,
  refuse: Refuse,
  maxBytes = MAX_BYTES,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of input.chunks(signal)) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        refuse(`is longer than ${maxBytes} bytes; what comes after is not read`, '');
        break;
      }
      parts.push(chunk.slice());
    }
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    refuse(error.message, '');
  }
  // Names in it, of pins say, may not be UTF-8. A byte order mark is no part of the text.
  return textOfPath(Buffer.concat(parts)).replace(/^\ufeff/, '');
}

/** Lines of a text, the last one also when it has no end. */
export function countLines(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
