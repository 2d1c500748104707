import { constants } from 'node:os';
import { bytesOfPath } from '../text/path-bytes.ts';

/**
 * The C library, called through Deno's FFI for what `node:fs` of the runtime cannot do: names that are not UTF-8, flags
 * of open(2) such as O_NOFOLLOW, which Deno 2.4 ignores, and prctl(2). This is the only file that knows the FFI.
 * Constants and structures are those of Linux on x86-64, which the binary is built for.
 */
const SYMBOLS = {
  open: { parameters: ['buffer', 'i32', 'u32'], result: 'i32' },
  openLater: { name: 'open', parameters: ['buffer', 'i32', 'u32'], result: 'i32', nonblocking: true },
  close: { parameters: ['i32'], result: 'i32' },
  pread: { parameters: ['i32', 'buffer', 'usize', 'i64'], result: 'isize' },
  statx: { parameters: ['i32', 'buffer', 'i32', 'u32', 'buffer'], result: 'i32' },
  statxLater: {
    name: 'statx',
    parameters: ['i32', 'buffer', 'i32', 'u32', 'buffer'],
    result: 'i32',
    nonblocking: true,
  },
  readlink: { parameters: ['buffer', 'buffer', 'usize'], result: 'isize' },
  // syscall(2) has a variable number of arguments; on x86-64 integers are passed to it as to any other function.
  getdents64: { name: 'syscall', parameters: ['i64', 'i64', 'buffer', 'usize'], result: 'i64' },
  __errno_location: { parameters: [], result: 'pointer' },
  signal: { parameters: ['i32', 'usize'], result: 'usize' },
  ualarm: { parameters: ['u32', 'u32'], result: 'u32' },
  memcpy: { parameters: ['buffer', 'pointer', 'usize'], result: 'pointer' },
  prctl: { parameters: ['i32', 'u64', 'u64', 'u64', 'u64'], result: 'i32' },
  capset: { parameters: ['buffer', 'buffer'], result: 'i32' },
  mallopt: { parameters: ['i32', 'i32'], result: 'i32' },
  execve: { parameters: ['buffer', 'buffer', 'buffer'], result: 'i32' },
} as const;

const SYS_GETDENTS64 = 217;

type Callable = (...parameters: readonly (number | bigint | Uint8Array | object)[]) => number | bigint;
type Symbols = { readonly [name in Exclude<keyof typeof SYMBOLS, 'openLater' | 'statxLater'>]: Callable } & {
  openLater(path: Uint8Array, flags: number, mode: number): Promise<number>;
  statxLater(folder: number, path: Uint8Array, flags: number, mask: number, result: Uint8Array): Promise<number>;
};

/** What this file needs of Deno; its types are not those of the project. */
interface DenoFfi {
  readonly Deno?: {
    dlopen?(path: string, symbols: typeof SYMBOLS): { readonly symbols: Symbols };
    readonly UnsafePointer: { of(bytes: Uint8Array): object | null; value(pointer: object | null): number | bigint };
  };
}

let symbols: Symbols | null = null;

/**
 * The functions, loaded at the first call, which takes 1 to 2 ms. They can be called after the permission for FFI has
 * been revoked. Throws where there is no FFI or no glibc.
 */
function libc(): Symbols {
  if (symbols !== null) return symbols;
  const { Deno } = globalThis as DenoFfi;
  if (Deno?.dlopen === undefined) throw new Error('this runtime has no FFI: run bpfwitness with Deno');
  symbols = Deno.dlopen('libc.so.6', SYMBOLS).symbols;
  return symbols;
}

/** Loads the C library while that is still permitted. */
export function loadLibc(): void {
  libc();
}

/**
 * Ends this process with SIGALRM after so many milliseconds, less than 1000 (ualarm(3)), also where no JavaScript runs
 * any more.
 */
export function alarm(ms: number): void {
  // Whoever started this program may have had it ignored, which is inherited (signal(7)).
  libc().signal(constants.signals.SIGALRM, DEFAULT);
  libc().ualarm(ms * 1000, 0);
}

/** SIG_DFL and SIG_IGN of signal(2). */
const DEFAULT = 0;
const IGNORE = 1;

/**
 * Lets a write beyond RLIMIT_FSIZE fail with EFBIG, which can be reported, instead of ending the process by SIGXFSZ
 * (setrlimit(2)). Does nothing where there is no C library to call.
 */
export function reportFileSizeLimit(): void {
  try {
    libc().signal(constants.signals.SIGXFSZ, IGNORE);
  } catch {
    // The signal then ends the process, which is no success either.
  }
}

/** Parameters of mallopt(3), from malloc.h. */
const MALLOC = { trimThreshold: -1, mmapThreshold: -3, arenas: -8 } as const;

/** Bytes of a block of memory that is worth system calls of its own. */
const LARGE = 2 ** 18;

/**
 * Lets the C library give freed memory back to the system, for a process that runs for long: by default it keeps 64 MiB
 * for each thread that ever had much, and takes ever larger blocks from there (mallopt(3)). Does nothing where there is
 * no C library to call.
 */
export function returnFreedMemory(): void {
  try {
    const { mallopt } = libc();
    mallopt(MALLOC.arenas, 2);
    mallopt(MALLOC.mmapThreshold, LARGE);
    mallopt(MALLOC.trimThreshold, LARGE);
  } catch {
    // The process then takes more memory, and works as well.
  }
}

/** A failed system call, as `node:fs` reports one: `code` is the name of the error (errno(3)), such as `ENOENT`. */
export class SystemCallError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path: string;

  constructor(syscall: string, path: string, errno: number) {
    const code = NAMES.get(errno) ?? `errno ${errno}`;
    super(`${code}: ${syscall} '${path}'`);
    this.name = 'SystemCallError';
    this.code = code;
    this.syscall = syscall;
    this.path = path;
  }
}

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno).map(([name, value]) => [value, name]),
);

/**
 * Opens a file and returns its descriptor, which is the kernel's: `node:fs` cannot use it (Deno numbers files itself),
 * but can open {@link pathOfDescriptor}. Flags are those of open(2), `OPEN` has them; O_CLOEXEC is added. Throws a
 * SystemCallError. Close it with {@link closeDescriptor}.
 */
export function openDescriptor(path: string, flags: number, mode = 0): number {
  const descriptor = Number(libc().open(terminated(path), flags | OPEN.cloexec, mode));
  if (descriptor < 0) throw new SystemCallError('open', path, errno());
  return descriptor;
}

/**
 * The same in a thread of the runtime, for a file system that may not answer. Why it fails is not known there: errno(3)
 * is of that thread. Throws a SystemCallError with the code `EIO`.
 */
export async function openDescriptorLater(path: string, flags: number): Promise<number> {
  const descriptor = await libc().openLater(terminated(path), flags | OPEN.cloexec, 0);
  if (descriptor < 0) throw new SystemCallError('open', path, constants.errno.EIO);
  return descriptor;
}

const STATX = {
  /** AT_FDCWD: a relative path begins in the working directory. */
  workingDirectory: -100,
  /** AT_NO_AUTOMOUNT and AT_STATX_DONT_SYNC. */
  flags: 0x800 | 0x4000,
  /** AT_EMPTY_PATH: the file of the descriptor itself. */
  ofDescriptor: 0x1000,
  /** STATX_BASIC_STATS and STATX_MNT_ID. */
  mask: 0x7ff | 0x1000,
} as const;

/**
 * Fills `result`, 256 bytes, with the struct statx of the file that `path` leads to, as far as its file system knows it
 * without asking its server. Rejects with a SystemCallError of the code `EIO`, whatever the reason was.
 */
export async function statxLater(path: string, result: Uint8Array): Promise<void> {
  const { workingDirectory, flags, mask } = STATX;
  const failed = await libc().statxLater(workingDirectory, terminated(path), flags, mask, result);
  if (failed !== 0) throw new SystemCallError('statx', path, constants.errno.EIO);
}

const NO_PATH = new Uint8Array(1);

/** The same at once for what a descriptor refers to. Throws a SystemCallError. */
export function statxDescriptor(descriptor: number, result: Uint8Array): void {
  const failed = Number(libc().statx(descriptor, NO_PATH, STATX.ofDescriptor, STATX.mask, result));
  if (failed !== 0) throw new SystemCallError('statx', pathOfDescriptor(descriptor), errno());
}

/** Flags of open(2) on x86-64 (asm-generic/fcntl.h). */
export const OPEN = {
  readOnly: 0,
  writeOnly: 0o1,
  readWrite: 0o2,
  create: 0o100,
  exclusive: 0o200,
  append: 0o2000,
  nonBlocking: 0o4000,
  directory: 0o200000,
  noFollow: 0o400000,
  cloexec: 0o2000000,
  /** Only names the file: nothing is opened, so that neither a FIFO nor a device is touched. */
  path: 0o10000000,
} as const;

export function closeDescriptor(descriptor: number): void {
  libc().close(descriptor);
}

/**
 * A path of plain ASCII that leads to what an open descriptor refers to, whatever its name is (proc_pid_fd(5)). To open
 * it opens the file anew; it is valid until the descriptor is closed.
 */
export function pathOfDescriptor(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/**
 * Fills the buffer from a position of an open file and returns how much it got (pread(2)). What has no positions, such as a
 * FIFO, is refused and not waited for. Throws a SystemCallError.
 */
export function readAt(descriptor: number, buffer: Uint8Array, position: number): number {
  const got = Number(libc().pread(descriptor, buffer, buffer.length, position));
  if (got < 0) throw new SystemCallError('pread', pathOfDescriptor(descriptor), errno());
  return got;
}

const LINK_BYTES = 4096;

/** Where a symbolic link leads. Throws a SystemCallError. */
export function readLinkBytes(path: string): Uint8Array {
  const target = new Uint8Array(LINK_BYTES);
  const length = Number(libc().readlink(terminated(path), target, LINK_BYTES));
  if (length < 0) throw new SystemCallError('readlink', path, errno());
  return target.slice(0, length);
}

/**
 * Fills `piece` with the next entries of an open folder, structures linux_dirent64 (getdents64(2)), and returns their
 * length in bytes: 0 at the end. Throws a SystemCallError that names `path`.
 */
export function nextEntries(descriptor: number, path: string, piece: Uint8Array): number {
  const length = Number(libc().getdents64(SYS_GETDENTS64, descriptor, piece, piece.length));
  if (length < 0) throw new SystemCallError('getdents64', path, errno());
  return length;
}

/** prctl(2) of the calling thread. Throws a SystemCallError; `what` names the operation in it. */
export function prctl(what: string, option: number, ...values: readonly (number | bigint)[]): number {
  const [second = 0, third = 0, fourth = 0, fifth = 0] = values;
  const result = Number(libc().prctl(option, second, third, fourth, fifth));
  if (result < 0) throw new SystemCallError('prctl', what, errno());
  return result;
}

/** _LINUX_CAPABILITY_VERSION_3 (linux/capability.h). */
const CAPABILITY_VERSION = 0x20080522;

/** Sets the effective, permitted and inheritable capabilities of the calling thread to this mask (capset(2)). */
export function setCapabilities(mask: bigint): void {
  const [low, high] = [Number(mask & 0xffff_ffffn), Number(mask >> 32n)];
  const header = new Uint8Array(new Uint32Array([CAPABILITY_VERSION, 0]).buffer);
  const data = new Uint8Array(new Uint32Array([low, low, low, high, high, high]).buffer);
  if (Number(libc().capset(header, data)) < 0) throw new SystemCallError('capset', 'this thread', errno());
}

/**
 * Replaces this process by a program (execve(2)): every thread but the new one ends. Arguments and environment
 * (`NAME=value`) are bytes without a NUL. Returns only by throwing a SystemCallError.
 */
export function execute(path: string, args: readonly Uint8Array[], environment: readonly Uint8Array[]): never {
  const [argv, envp] = [cArray(args), cArray(environment)];
  libc().execve(terminated(path), argv.pointers, envp.pointers);
  throw new SystemCallError('execve', path, errno());
}

/** Strings for C and the array of pointers to them, which a null pointer ends. `strings` keeps what is pointed to. */
function cArray(texts: readonly Uint8Array[]): { readonly pointers: Uint8Array; readonly strings: Uint8Array } {
  const strings = new Uint8Array(texts.reduce((size, { length }) => size + length + 1, 1));
  const { Deno } = globalThis as DenoFfi;
  const start = BigInt(Deno?.UnsafePointer.value(Deno.UnsafePointer.of(strings)) ?? 0);
  let at = 0;
  const starts = texts.map((text) => {
    strings.set(text, at);
    at += text.length + 1;
    return start + BigInt(at - text.length - 1);
  });
  return { pointers: new Uint8Array(new BigUint64Array([...starts, 0n]).buffer), strings };
}

/** Of the last call on this thread that failed. It is copied by the library, since views of memory need a permission. */
function errno(): number {
  const value = new Int32Array(1);
  libc().memcpy(new Uint8Array(value.buffer), libc().__errno_location() as unknown as object, 4);
  return value[0] ?? 0;
}

/** A path for C: its bytes and a NUL. Throws where the path has one itself, which would cut it. */
function terminated(path: string): Uint8Array {
  const bytes = bytesOfPath(path);
  if (bytes.includes(0)) throw new SystemCallError('open', path, constants.errno.EINVAL);
  const text = new Uint8Array(bytes.length + 1);
  text.set(bytes);
  return text;
}
