/** A type of BTF, as far as its length and its name go. */
export interface WrittenType {
  /** BTF_KIND_*: 1 to 19. */
  readonly kind: number;
  readonly name: string;
  readonly vlen: number;
}

export const FUNC = 12;

export const func = (name: string): WrittenType => ({ kind: FUNC, name, vlen: 1 });

/** Bytes behind a type, as Documentation/bpf/btf.rst has them in section 2.2. */
function trailing({ kind, vlen }: WrittenType): number {
  switch (kind) {
    case 1: // __u32 of encoding, offset and bits
    case 14: // struct btf_var
    case 17: // struct btf_decl_tag
      return 4;
    case 3: // struct btf_array
      return 12;
    case 4: // struct btf_member
    case 5:
    case 15: // struct btf_var_secinfo
    case 19: // struct btf_enum64
      return 12 * vlen;
    case 6: // struct btf_enum
    case 13: // struct btf_param
      return 8 * vlen;
    default:
      return 0;
  }
}

export interface WriteOptions {
  readonly bigEndian?: boolean;
  /** Bytes of strings of the BTF that this one goes on from. */
  readonly base?: number;
  /** Header bytes beyond the 24 that are known. */
  readonly moreHeader?: number;
  /** Bytes between types and strings. */
  readonly gap?: number;
}

/** BTF of these types. What is behind a type is filled with 0xff, so that no reader takes it for a type. */
export function writeBtf(types: readonly WrittenType[], options: WriteOptions = {}): Uint8Array {
  const { bigEndian = false, base = 0, moreHeader = 0, gap = 0 } = options;
  const names = new Map<string, number>();
  let text = base === 0 ? '\0' : '';
  for (const { name } of types) {
    if (name === '' || names.has(name)) continue;
    names.set(name, base + text.length);
    text += `${name}\0`;
  }
  const typeBytes = types.reduce((sum, type) => sum + 12 + trailing(type), 0);
  const header = 24 + moreHeader;
  const bytes = new Uint8Array(header + typeBytes + gap + text.length).fill(0xff);
  const view = new DataView(bytes.buffer);
  const u32 = (at: number, value: number) => view.setUint32(at, value, !bigEndian);
  view.setUint16(0, 0xeb9f, !bigEndian);
  bytes.set([1, 0], 2);
  for (const [index, value] of [header, 0, typeBytes, typeBytes + gap, text.length].entries())
    u32(4 + 4 * index, value);
  let at = header;
  for (const type of types) {
    u32(at, names.get(type.name) ?? 0);
    u32(at + 4, ((type.kind << 24) | type.vlen) >>> 0);
    at += 12 + trailing(type);
  }
  bytes.set(new TextEncoder().encode(text), at + gap);
  return bytes;
}
