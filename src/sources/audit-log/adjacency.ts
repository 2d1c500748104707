/**
 * Records that the kernel writes while a system call goes on: its SYSCALL record, written when it ends, comes after
 * them (`audit_log_exit`, kernel/auditsc.c).
 */
const BEFORE_SYSCALL =
  /^(?:BPF|AVC|SELINUX_ERR|CONFIG_CHANGE|FEATURE_CHANGE|LOGIN|MAC_\w+|NETFILTER_CFG|EVENT_LISTENER|ANOM_(?:PROMISCUOUS|LINK|CREAT)|INTEGRITY_\w+|TIME_\w+|FANOTIFY|USER_AVC)$/;

/** Records that the kernel writes behind the SYSCALL record of their event. */
const BEHIND_SYSCALL =
  /^(?:PROCTITLE|CWD|PATH|EXECVE|SOCKADDR|SOCKETCALL|OBJ_PID|IPC|IPC_SET_PERM|MQ_\w+|FD_PAIR|CAPSET|MMAP|KERN_MODULE|BPRM_FCAPS|OPENAT2|AVC_PATH|KERNEL_OTHER|EOE)$/;

/** Hosts that are told apart. */
const MAX_HOSTS = 256;

/** Stamps of one event differ by less. */
const SAME_EVENT_MS = 1000;

/** An audit event as far as its key goes. */
export interface EventKey {
  readonly node: string | null;
  readonly time: number;
  readonly serial: number;
}

interface Last {
  readonly key: EventKey;
  /** Names of the types of its records so far. */
  readonly types: Set<string>;
  /** Whether it has a BPF record of a load, which only bpf(2) can make. */
  loads: boolean;
}

/** What is known of a record that has no serial. */
export interface LooseRecord {
  readonly node: string | null;
  readonly time: number;
  readonly type: string;
  /** Whether it may be bpf(2); for a SYSCALL. */
  readonly mayBeBpf: boolean;
  /** Whether it tells of a load; for a BPF record. */
  readonly isLoad: boolean;
}

/**
 * Tells which records without a serial, as journald's text leaves it out, are of one event: those that follow each other
 * in a log, of one host, of one second, in the order in which the kernel writes them, with one SYSCALL at most.
 */
export class Adjacency {
  #last = new Map<string | null, Last>();
  readonly #number: () => number;

  /** `number` gives a number below zero, each higher than the one before: what stands for a serial. */
  constructor(number: () => number) {
    this.#number = number;
  }

  /** The key of the record's event; a new one has a serial below zero, which no other has. */
  keyOf(record: LooseRecord): EventKey {
    const last = this.#last.get(record.node);
    if (last !== undefined && goesOn(last, record)) {
      note(last, record);
      return last.key;
    }
    const key = { node: record.node, time: record.time, serial: this.#number() };
    this.follow(key, record);
    return key;
  }

  /** A record was found to be of the event with this key: the next ones may be too. */
  follow(key: EventKey, record: LooseRecord): void {
    const last = this.#last.get(key.node);
    if (last?.key === key) {
      note(last, record);
      return;
    }
    if (this.#last.size >= MAX_HOSTS) this.#last.clear();
    const begun: Last = { key, types: new Set(), loads: false };
    note(begun, record);
    this.#last.set(key.node, begun);
  }
}

function note(last: Last, { type, isLoad }: LooseRecord): void {
  last.types.add(type);
  last.loads ||= isLoad;
}

function goesOn({ key, types, loads }: Last, { time, type, mayBeBpf }: LooseRecord): boolean {
  if (Math.abs(time - key.time) >= SAME_EVENT_MS || types.has('EOE')) return false;
  const hasSyscall = types.has('SYSCALL');
  const isOpen = [...types].every(
    (each) => BEFORE_SYSCALL.test(each) || BEHIND_SYSCALL.test(each) || each === 'SYSCALL',
  );
  if (!isOpen) return false;
  if (type === 'SYSCALL') return !hasSyscall && (mayBeBpf || !loads) && !types.has('PROCTITLE');
  if (BEHIND_SYSCALL.test(type)) return (hasSyscall || type === 'PROCTITLE') && !types.has('PROCTITLE');
  // An SELinux check comes before what it allows; two programs do not come or go in one call.
  return BEFORE_SYSCALL.test(type) && !hasSyscall && !types.has('BPF');
}
