import type { Random } from './random.ts';

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** One to four changes to some bytes; `other` is what pieces are taken from. The result may be longer, never much. */
export function mutate(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let times = 1 + random.below(4); times > 0; times -= 1) changed = random.pick(MUTATIONS)(changed, random, other);
  return changed;
}

/** Bytes that parsers stumble over: line ends, quotes, brackets, the separator of enriched logs, invalid UTF-8. */
const NASTY = [
  0x00, 0x0a, 0x0d, 0x1d, 0x1b, 0x20, 0x22, 0x27, 0x28, 0x29, 0x2d, 0x3a, 0x3d, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x80,
  0xc0, 0xff,
] as const;

const TEXTS = [
  '18446744073709551615',
  '-1',
  '1e999',
  '0x',
  'NaN',
  'null',
  '\\u0000',
  '\\ud800',
  '__proto__',
  'type=BPF msg=audit(',
  'msg=audit(9999999999.999:999999999999999)',
  'msg=audit(0.0:0)',
  '4294967295',
  '\u202e',
  '\u001b[2J',
  '=cmd()',
  '","',
  '"}',
  '[[[[',
  '{"a":',
] as const;

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  flipBit,
  setByte,
  cutEnd,
  cutMiddle,
  repeatPiece,
  spliceOther,
  insertText,
  insertRun,
  swapLines,
  changeDigit,
  jumpInTime,
  lengthenText,
  hideBehindZeros,
];

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  copy[random.below(copy.length)] = random.pick(NASTY);
  return copy;
}

function cutEnd(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random.below(bytes.length + 1));
}

function cutMiddle(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, from), bytes.subarray(from + random.below(64)));
}

function repeatPiece(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.below(bytes.length + 1);
  const to = from + random.below(256);
  return joined(bytes.subarray(0, to), bytes.subarray(from));
}

function spliceOther(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const from = random.below(other.length + 1);
  return joined(bytes.subarray(0, at), other.subarray(from, from + random.below(512)), bytes.subarray(at));
}

function insertText(bytes: Uint8Array, random: Random): Uint8Array {
  return insert(bytes, random, new TextEncoder().encode(random.pick(TEXTS)));
}

/** A long run of one byte: huge numbers, huge names, deep nesting, many blanks. */
function insertRun(bytes: Uint8Array, random: Random): Uint8Array {
  return insert(bytes, random, new Uint8Array(1 + random.below(4096)).fill(random.pick(NASTY)));
}

function swapLines(bytes: Uint8Array, random: Random): Uint8Array {
  const first = bytes.indexOf(0x0a, random.below(bytes.length + 1));
  const second = first === -1 ? -1 : bytes.indexOf(0x0a, first + 1);
  if (second === -1) return bytes;
  return joined(bytes.subarray(0, first + 1), bytes.subarray(second + 1), bytes.subarray(first + 1, second + 1));
}

function changeDigit(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.below(bytes.length + 1);
  const at = bytes.subarray(from).findIndex((byte) => byte >= 0x30 && byte <= 0x39);
  if (at === -1) return bytes;
  const copy = bytes.slice();
  copy[from + at] = 0x30 + random.below(10);
  return copy;
}

/** Another time in the header of a record: decades ahead or back, as a clock without a battery says. */
function jumpInTime(bytes: Uint8Array, random: Random): Uint8Array {
  const header = new TextEncoder().encode('audit(');
  const starts: number[] = [];
  for (let at = Buffer.from(bytes).indexOf(header); at !== -1; at = Buffer.from(bytes).indexOf(header, at + 1)) {
    starts.push(at + header.length);
  }
  const [first = 0, ...rest] = starts;
  if (starts.length === 0) return bytes;
  const start = random.pick([first, ...rest]);
  let end = start;
  while (end < bytes.length && (bytes[end] ?? 0) >= 0x30 && (bytes[end] ?? 0) <= 0x39) end += 1;
  const time = new TextEncoder().encode(
    random.pick(['0', '1', '951782400', '1794000000', '4102444800', '8639999999999']),
  );
  return joined(bytes.subarray(0, start), time, bytes.subarray(end));
}

/** A text as long as a line may be, or longer: bounds by count alone hold thousands of them. */
function lengthenText(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.below(20) > 0) return bytes;
  return insert(bytes, random, new Uint8Array(2 ** (16 + random.below(5))).fill(random.pick([0x61, 0x20, 0x5c, 0xff])));
}

/** Blocks of zeros, behind which an archive may go on. */
function hideBehindZeros(bytes: Uint8Array, random: Random): Uint8Array {
  const at = Math.floor(random.below(bytes.length + 1) / 512) * 512;
  return joined(bytes.subarray(0, at), new Uint8Array(512 * (1 + random.below(4))), bytes.subarray(at));
}

function insert(bytes: Uint8Array, random: Random, piece: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
