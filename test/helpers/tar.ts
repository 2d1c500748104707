/** A file, or another kind of entry, for {@link tarOf}. */
export interface TarEntry {
  readonly name: string;
  readonly data?: string | Uint8Array;
  /** `0` a file, `5` a folder, `2` a link, `L` a long name, `x` pax records. */
  readonly type?: string;
  /** Seconds since the epoch. */
  readonly modified?: number;
  /** Changes the header before its checksum is made. */
  readonly change?: (header: Buffer) => void;
}

/** A tar archive (pax(1), ustar) with these entries and two blocks of zeros at the end. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1024)]);
}

/** The pax records of a header of type `x`. */
export function paxOf(records: { readonly [key: string]: string }): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = Buffer.byteLength(rest) + 1;
      while (Buffer.byteLength(`${length}${rest}`) !== length) length += 1;
      return `${length}${rest}`;
    })
    .join('');
}

function blocksOf({ name, data = '', type = '0', modified = 1_700_000_000, change }: TarEntry): Buffer[] {
  const bytes = Buffer.from(data);
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${modified.toString(8).padStart(11, '0')}\0`, 136);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  change?.(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}
