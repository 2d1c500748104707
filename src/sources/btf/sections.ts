/** BTF that is broken, or of a kind that is not known here. The only thing that reading it throws. */
export class BtfError extends Error {
  override readonly name = 'BtfError';
}

/** The two sections of a BTF blob. */
export interface BtfSections {
  /** Types, one after the other. */
  readonly types: DataView;
  /** Strings, each ended by a NUL. */
  readonly strings: Uint8Array;
  readonly littleEndian: boolean;
}

const MAGIC = 0xeb9f;
const VERSION = 1;

/** struct btf_header: magic, version, flags, hdr_len, type_off, type_len, str_off, str_len. */
const HEADER_BYTES = 24;

/**
 * Finds the sections by the header (struct btf_header in include/uapi/linux/btf.h), in the byte order that its magic is
 * written in. What the kernel asks of them is asked here too (btf_parse_hdr, btf_parse_str_sec in kernel/bpf/btf.c): they
 * lie within the bytes and not one over the other, types are aligned to four, strings end with a NUL. Those of BTF that
 * stands by itself begin with the empty one; those of a module (`isSplit`) go on from others, and there may be none. A
 * header may be longer than what is known of it.
 *
 * @throws BtfError
 */
export function btfSections(bytes: Uint8Array, isSplit: boolean): BtfSections {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES) throw new BtfError('it is shorter than a header');
  const littleEndian = view.getUint16(0, true) === MAGIC;
  if (!littleEndian && view.getUint16(0, false) !== MAGIC)
    throw new BtfError('it does not begin with the magic of BTF');
  const version = view.getUint8(2);
  if (version !== VERSION) throw new BtfError(`it is of version ${version}, not of ${VERSION}`);
  const headerLength = view.getUint32(4, littleEndian);
  if (headerLength < HEADER_BYTES || headerLength > bytes.length) {
    throw new BtfError(`its header has a length of ${headerLength} bytes`);
  }
  const section = (field: number) => {
    const offset = view.getUint32(field, littleEndian);
    const length = view.getUint32(field + 4, littleEndian);
    return { offset, length, start: headerLength + offset, end: headerLength + offset + length };
  };
  const [types, strings] = [section(8), section(16)];
  if (types.end > bytes.length || strings.end > bytes.length) throw new BtfError('a section reaches past its end');
  if (types.start < strings.end && strings.start < types.end && types.length > 0 && strings.length > 0) {
    throw new BtfError('its sections overlap');
  }
  if (types.offset % 4 !== 0 || types.length % 4 !== 0) throw new BtfError('its types are not aligned');
  const text = bytes.subarray(strings.start, strings.end);
  if (isSplit ? text.length > 0 && text.at(-1) !== 0 : text[0] !== 0 || text.at(-1) !== 0) {
    throw new BtfError('its strings do not begin or end with a NUL');
  }
  return {
    types: new DataView(bytes.buffer, bytes.byteOffset + types.start, types.length),
    strings: text,
    littleEndian,
  };
}
