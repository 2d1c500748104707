import { BtfError, btfSections } from './sections.ts';

/** What BTF that goes on from another one has to know of it. */
export interface BtfBase {
  /** Its types, the first of which has id 1. */
  readonly count: number;
  readonly strings: Uint8Array;
}

export interface BtfFunctions {
  /** Names of the wanted types that are functions, by id. */
  readonly names: ReadonlyMap<number, string>;
  readonly base: BtfBase;
}

const NO_STRINGS = new Uint8Array();

/** name_off, info, and size or type: struct btf_type. */
const TYPE_BYTES = 12;

/** Bits 0 to 15 of `info` are vlen, 24 to 28 the kind, 31 the kind's flag; the others are not used. */
const UNUSED_INFO_BITS = 0x60ff0000;

const FUNC = 12;

/** Bytes that follow a type of each kind: some of them once, and some for each of its vlen members. */
const TRAILING: { readonly [kind: number]: readonly [once: number, each: number] } = {
  1: [4, 0], // INT
  2: [0, 0], // PTR
  3: [12, 0], // ARRAY
  4: [0, 12], // STRUCT
  5: [0, 12], // UNION
  6: [0, 8], // ENUM
  7: [0, 0], // FWD
  8: [0, 0], // TYPEDEF
  9: [0, 0], // VOLATILE
  10: [0, 0], // CONST
  11: [0, 0], // RESTRICT
  12: [0, 0], // FUNC, whose vlen is its linkage
  13: [0, 8], // FUNC_PROTO
  14: [4, 0], // VAR
  15: [0, 12], // DATASEC
  16: [0, 0], // FLOAT
  17: [4, 0], // DECL_TAG
  18: [0, 0], // TYPE_TAG
  19: [0, 12], // ENUM64
};

/** KSYM_NAME_LEN: the kernel takes no longer name, its NUL included. */
const MAX_NAME_BYTES = 512;

/** What the kernel takes for the name of a function (btf_name_valid_identifier in kernel/bpf/btf.c). */
const NAME = /^[A-Za-z_.][A-Za-z0-9_.]*$/;

/**
 * The names of those of `ids` that are functions (BTF_KIND_FUNC), as Documentation/bpf/btf.rst lays BTF out. Types have
 * no id of their own, they count from 1 in their order, so all of them are walked over; nothing is made of the others.
 * With `base` the bytes are split BTF, as a module's are: types and string offsets go on where those of `base` end, and
 * ids of `base` are not looked up. Takes some 5 ms for the 130,000 types of a kernel.
 *
 * @throws BtfError for bytes that are not BTF, and for a kind that is not known: its length is not known either, so no
 *   id after it would be right.
 */
export function btfFunctions(bytes: Uint8Array, ids: ReadonlySet<number>, base?: BtfBase): BtfFunctions {
  const { types, strings, littleEndian } = btfSections(bytes, base !== undefined);
  const all = { base: base?.strings ?? NO_STRINGS, own: strings };
  const names = new Map<number, string>();
  let id = base?.count ?? 0;
  let at = 0;
  while (at < types.byteLength) {
    id += 1;
    if (at + TYPE_BYTES > types.byteLength) throw new BtfError(`type ${id} is cut off`);
    const info = types.getUint32(at + 4, littleEndian);
    const kind = (info >>> 24) & 0x1f;
    const trailing = TRAILING[kind];
    if (trailing === undefined || (info & UNUSED_INFO_BITS) !== 0) throw new BtfError(`type ${id} is of no known kind`);
    if (kind === FUNC && ids.has(id)) names.set(id, nameAt(types.getUint32(at, littleEndian), all, id));
    at += TYPE_BYTES + trailing[0] + trailing[1] * (info & 0xffff);
    if (at > types.byteLength) throw new BtfError(`type ${id} is cut off`);
  }
  return { names, base: { count: id, strings } };
}

function nameAt(offset: number, { base, own }: { readonly base: Uint8Array; readonly own: Uint8Array }, id: number) {
  const [strings, start] = offset < base.length ? [base, offset] : [own, offset - base.length];
  const bytes = strings.subarray(start, start + MAX_NAME_BYTES);
  const end = bytes.indexOf(0);
  const name = end === -1 ? '' : String.fromCharCode(...bytes.subarray(0, end));
  if (!NAME.test(name)) throw new BtfError(`function ${id} has no name`);
  return name;
}
