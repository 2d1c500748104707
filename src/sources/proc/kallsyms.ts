import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { ByteSearch } from '../../text/byte-search.ts';

/** The address that the immediates of BPF calls count from (kernel/bpf/core.c). */
const CALL_BASE = '__bpf_call_base';

const NEWLINE = 10;
const PIECE_BYTES = 64 * 1024;

/** Text of /proc/kallsyms in pieces of whole lines. A piece is overwritten when the next one is taken. */
export type SymbolText = Iterable<Uint8Array>;

/**
 * Reads /proc/kallsyms: some 5 to 15 MB, a tenth of a second. It is never held as a whole: as a string it cost up to
 * 330 MB. Nothing comes when it cannot be read.
 */
export function* readKallsyms(path = '/proc/kallsyms'): Generator<Uint8Array> {
  const buffer = new Uint8Array(PIECE_BYTES);
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    let filled = 0;
    // The kernel gives a page at a time (seq_read_iter in fs/seq_file.c).
    for (let size = -1; size !== 0; ) {
      size = readSync(file, buffer, filled, PIECE_BYTES - filled, null);
      filled += size;
      if (size > 0 && filled < PIECE_BYTES) continue;
      const whole = size === 0 ? filled : buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
      // A line as long as the buffer is none of the kernel's: its symbols have 511 characters at most (KSYM_NAME_LEN).
      if (whole === 0) return;
      yield buffer.subarray(0, whole);
      buffer.copyWithin(0, whole, filled);
      filled -= whole;
    }
  } catch {
    // What has come so far is all there is.
  } finally {
    if (file !== null) closeSync(file);
  }
}

/**
 * Names of kernel functions by their distance from `__bpf_call_base`, from the text of /proc/kallsyms
 * (`ffffffff81229340 T bpf_ktime_get_ns`, one a line), which is read twice: once to the base, then for what is asked.
 * Where several names share an address, one of BPF's is taken. Offsets without a name are left out; all are when the
 * addresses are hidden (kernel.kptr_restrict).
 */
export function symbolsAt(offsets: readonly number[], read: () => SymbolText): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const base = callBase(read());
  if (base === null) return names;
  const wanted = new Map(
    offsets.map((offset) => [BigInt.asUintN(64, BigInt(`0x${base}`) + BigInt(offset)), offset] as const),
  );
  const lowHalves = new Set([...wanted.keys()].map((address) => Number(address & 0xffff_ffffn)));
  for (const piece of read()) {
    for (let at = 0; at < piece.length; at = lineEnd(piece, at) + 1) {
      // Most lines are told apart by half of their address, without becoming strings.
      if (!lowHalves.has(lowHalf(piece, at))) continue;
      const [, address = '', name = ''] = SYMBOL.exec(textOf(piece, at, lineEnd(piece, at))) ?? [];
      const offset = address === '' ? undefined : wanted.get(BigInt(`0x${address}`));
      if (offset === undefined) continue;
      const known = names.get(offset);
      if (known === undefined || (name.startsWith('bpf_') && !known.startsWith('bpf_'))) names.set(offset, name);
    }
  }
  return names;
}

/** A line: address, type, name; a tab and the module in brackets may follow. */
const SYMBOL = /^([0-9a-f]+) \w ([^\t]+)/;

const BASE_NAME = new ByteSearch(` ${CALL_BASE}`);

/** The address of `__bpf_call_base` as it is written; null where it is hidden or missing. */
function callBase(text: SymbolText): string | null {
  for (const line of linesWith(BASE_NAME, text)) {
    const [, address = '', name] = SYMBOL.exec(line) ?? [];
    if (name === CALL_BASE) return HIDDEN.test(address) ? null : address;
  }
  return null;
}

/** An address that kernel.kptr_restrict hides. */
const HIDDEN = /^0+$/;

const OF_BPF = new ByteSearch('\t[bpf]');

/** The symbol of a function of a BPF program: its tag and, if it has one, its name (bpf_prog_ksym_set_name). */
const PROGRAM_SYMBOL = /^([0-9a-f]+) t (bpf_prog_[0-9a-f]{16}(?:_\S*)?)\t\[bpf\]$/;

/** The functions of BPF programs, each as `ADDRESS NAME`. The kernel shows none where net.core.bpf_jit_harden is not 0. */
export function programSymbols(text: SymbolText): readonly string[] {
  const symbols: string[] = [];
  for (const line of linesWith(OF_BPF, text)) {
    const [, address, name] = PROGRAM_SYMBOL.exec(line) ?? [];
    if (name !== undefined) symbols.push(`${address} ${name}`);
  }
  return symbols;
}

/** The lines that hold a text. */
function* linesWith(search: ByteSearch, text: SymbolText): Generator<string> {
  for (const piece of text) {
    for (let at = 0; at < piece.length; ) {
      const found = search.find(piece, at, piece.length);
      if (found === -1) break;
      const end = lineEnd(piece, found);
      yield textOf(piece, piece.subarray(0, found).lastIndexOf(NEWLINE) + 1, end);
      at = end + 1;
    }
  }
}

function lineEnd(piece: Uint8Array, from: number): number {
  const end = piece.indexOf(NEWLINE, from);
  return end === -1 ? piece.length : end;
}

const DECODER = new TextDecoder();

function textOf(piece: Uint8Array, from: number, to: number): string {
  return DECODER.decode(piece.subarray(from, to));
}

/** The last 32 bits of the hexadecimal number that a line begins with. */
function lowHalf(piece: Uint8Array, from: number): number {
  let value = 0;
  for (let at = from; at < piece.length; at += 1) {
    const byte = piece[at] ?? 0;
    // '0' to '9' are 0x30 to 0x39, 'a' to 'f' 0x61 to 0x66.
    if (byte >= 0x30 && byte <= 0x39) value = (value << 4) | (byte - 0x30);
    else if (byte >= 0x61 && byte <= 0x66) value = (value << 4) | (byte - 0x57);
    else break;
  }
  return value >>> 0;
}

/** Names and addresses of the modules that are loaded (/proc/modules); empty when they cannot be read. */
export function readModules(): string {
  try {
    const modules = readFileSync('/proc/modules', 'latin1').split('\n');
    // Between them are the numbers of those that use it, which change by themselves.
    return modules.map((line) => `${line.split(' ', 1)[0]} ${line.split(' ')[5] ?? ''}`).join('\n');
  } catch {
    return '';
  }
}
