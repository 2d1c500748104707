/** Kinds of files that a collection may hold and that are not read here, by how they begin, and what to do about it. */
const MAGICS: readonly (readonly [start: string, what: string])[] = [
  ['LPKSHHRH', 'a binary journal: export it with `journalctl --file FILE -o json`'],
  ['BZh', 'packed with bzip2: unpack it first'],
  ['PK\x03\x04', 'a zip archive: unpack it first'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive: unpack it first'],
  ['\x04\x22\x4d\x18', 'packed with lz4: unpack it first'],
  ['\x5d\x00\x00', 'packed with lzma: unpack it first'],
  ['\xd4\xc3\xb2\xa1', 'a packet capture'],
  ['\xa1\xb2\xc3\xd4', 'a packet capture'],
  ['\x0a\x0d\x0d\x0a', 'a packet capture (pcapng)'],
  ['\x7fELF', 'a program (ELF)'],
  ['SQLite format 3\0', 'an SQLite database'],
  ['EMiL', 'a memory image (LiME)'],
  ['\x89PNG', 'a picture'],
  ['\xff\xd8\xff', 'a picture'],
  ['GIF8', 'a picture'],
  ['%PDF', 'a PDF'],
  ['\x9f\xeb\x01\x00', 'raw BTF'],
];

/** Size of `struct utmp` on 64-bit Linux (utmp(5)), of which wtmp and btmp are made. */
const UTMP = 384;

/** What a file is that cannot be read here, for people; null when its start does not tell. */
export function foreignMagic(head: Uint8Array): string | null {
  const start = String.fromCharCode(...head.subarray(0, 16));
  const known = MAGICS.find(([magic]) => start.startsWith(magic))?.[1];
  if (known !== undefined) return known;
  return isUtmp(head) ? 'a login record (utmp, wtmp or btmp)' : null;
}

/** True for the start of a file that is no text. */
export function isBinary(head: Uint8Array): boolean {
  return head.includes(0) && !isText(head);
}

/** Records begin with `ut_type`, 0 to 9, in 16 bits and two bytes of padding. Of NULs alone anything may be made. */
function isUtmp(head: Uint8Array): boolean {
  if (head.length < UTMP * 2) return false;
  let used = false;
  for (let at = 0; at + UTMP <= Math.min(head.length, UTMP * 8); at += UTMP) {
    const [type = 255, high, pad, morePad] = head.subarray(at, at + 4);
    if (type > 9 || high !== 0 || pad !== 0 || morePad !== 0) return false;
    used ||= type !== 0;
  }
  return used;
}

/**
 * Text may hold NULs: a torn line after a crash, or as many as you like where a log was truncated under its writer, or
 * made longer. A binary file holds other controls as well.
 */
function isText(head: Uint8Array): boolean {
  let odd = 0;
  let nuls = 0;
  for (const byte of head) {
    if (byte === 0) nuls += 1;
    else if (byte < 0x09 || (byte > 0x0d && byte < 0x1b) || byte === 0x7f) odd += 1;
  }
  return odd * 10 < head.length - nuls;
}
