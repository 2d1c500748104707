import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Process, SocketHolder } from '../../model/snapshot.ts';
import { readLink } from '../../system/names.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import type { BoundedReads } from '../bounded-reads.ts';
import { attempt } from './attempt.ts';
import { ExeFiles } from './exe-file.ts';
import { exeOrigin } from './exe-origin.ts';
import { type HeldId, parseCgroup, parseCmdline, parseStartTime, parseStatus } from './parse.ts';

/** What /proc knows of the processes that have something open. */
export class HolderFacts {
  readonly #root: string;
  readonly #reads: BoundedReads;
  readonly #exeFiles = new ExeFiles();

  constructor(reads: BoundedReads, root: string) {
    this.#reads = reads;
    this.#root = root;
  }

  /** A holder of BPF objects; `folder` is that of its main thread. Rejects where it has ended or may not be read. */
  async ofProcess(pid: number, folder: string, held: readonly HeldId[]): Promise<Process> {
    const process = describe(`${this.#root}/${pid}`, folder, pid, held);
    const [cmdline, exeFile] = await Promise.all([
      // Never of a file (FOLL_ANON in get_mm_cmdline(), fs/proc/base.c, since Linux 4.17), but its lock may be held.
      this.#read(folder, `the arguments of process ${pid} (${process.comm})`, () => readFile(`${folder}/cmdline`)),
      this.#read(folder, `the executable of process ${pid} (${process.comm})`, () => this.#exeFiles.of(folder)),
    ]);
    return {
      ...process,
      cmdline: parseCmdline(textOfPath(cmdline ?? new Uint8Array())),
      exeSha256: exeFile?.sha256 ?? null,
      exeUid: exeFile?.uid ?? null,
      exeMode: exeFile?.mode ?? null,
    };
  }

  /** A holder of a packet socket. */
  async ofSocket(pid: number, folder: string): Promise<SocketHolder> {
    const comm = attempt(() => textOf(`${this.#root}/${pid}/comm`).replace(/\n$/, '')) ?? '';
    const exe = attempt(() => readLink(`${folder}/exe`));
    if (exe === null) return { pid, comm, exe };
    const object = `the executable of process ${pid} (${comm})`;
    const origin = await this.#read(folder, `${object}, as the host has it`, () => exeOrigin(this.#root, folder, exe));
    return { pid, comm, exe, ...(origin ?? { exeUid: null, exeMode: null, exeIsHosts: null }) };
  }

  #read<T>(folder: string, object: string, read: () => Promise<T>): Promise<T | null> {
    const hasEnded = () => attempt(() => readlinkSync(`${folder}/exe`)) === null;
    return this.#reads.of(object, read, hasEnded);
  }
}

/** What /proc itself knows of a process: none of it is on another file system. */
function describe(leader: string, folder: string, pid: number, held: readonly HeldId[]): Process {
  const idsOf = (kind: HeldId['kind']) =>
    [...new Set(held.filter((one) => one.kind === kind).map(({ id }) => id))].sort((a, b) => a - b);
  const { uid, capabilities } = parseStatus(readFileSync(`${folder}/status`, 'utf8'));
  return {
    pid,
    comm: textOf(`${leader}/comm`).replace(/\n$/, ''),
    exe: attempt(() => readLink(`${folder}/exe`)),
    uid,
    capabilities,
    startTime: parseStartTime(readFileSync(`${leader}/stat`, 'utf8')),
    cgroup: parseCgroup(attempt(() => textOf(`${folder}/cgroup`)) ?? ''),
    programIds: idsOf('program'),
    mapIds: idsOf('map'),
    linkIds: idsOf('link'),
  };
}

/** Names in /proc are bytes: a process may have any but NUL in its name and its arguments. */
function textOf(path: string): string {
  return textOfPath(readFileSync(path));
}
