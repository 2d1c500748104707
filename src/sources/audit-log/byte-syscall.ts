import { mayBeBpfSyscall } from '../../normalise/bpf-commands.ts';

const SYSCALL = new TextEncoder().encode(' syscall=');
const ZERO = 48;
const BLANK = 32;

/** Numbers whose answer is kept: those that Linux uses lie below. */
const KNOWN = 1024;

/** Tells from bytes whether a SYSCALL record may be one of bpf(2), as `mayBeBpfSyscall` does from text. */
export class ByteSyscall {
  readonly #decoder = new TextDecoder();
  /** 0 where it was not asked, 1 for no, 2 for yes. */
  readonly #answers = new Uint8Array(KNOWN);

  /** `bytes` from `from` to `to`, exclusive, is the record behind its header. */
  mayBeBpf(bytes: Uint8Array, from: number, to: number): boolean {
    const start = indexOfSyscall(bytes, from, to);
    if (start === -1) return false;
    let number = 0;
    let at = start;
    for (; at < to && number < KNOWN; at += 1) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    const isPlain = at > start && (bytes[start] !== ZERO || at === start + 1) && (at === to || bytes[at] === BLANK);
    if (!isPlain || number >= KNOWN) {
      return mayBeBpfSyscall(this.#decoder.decode(bytes.subarray(from, to)));
    }
    if (this.#answers[number] === 0) this.#answers[number] = mayBeBpfSyscall(` syscall=${number}`) ? 2 : 1;
    return this.#answers[number] === 2;
  }
}

/** Where the value of ` syscall=` begins, or -1. */
function indexOfSyscall(bytes: Uint8Array, from: number, to: number): number {
  const last = to - SYSCALL.length;
  for (let at = from; at <= last; at += 1) {
    if (bytes[at] !== BLANK) continue;
    let matched = 1;
    while (matched < SYSCALL.length && bytes[at + matched] === SYSCALL[matched]) matched += 1;
    if (matched === SYSCALL.length) return at + matched;
  }
  return -1;
}
