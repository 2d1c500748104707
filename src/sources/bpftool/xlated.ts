import { hasInlinedLookup, type Step } from './inlined-lookup.ts';

/** Size of struct bpf_insn (include/uapi/linux/bpf.h): code, registers, 16-bit offset, 32-bit immediate. */
const INSN_BYTES = 8;
/** BPF_JMP | BPF_CALL. */
const CALL = 0x85;
/** BPF_PSEUDO_CALL in the source register: a function of the program's own. */
const PSEUDO_CALL = 1;
/** BPF_LD | BPF_IMM | BPF_DW, which takes two instructions, with BPF_PSEUDO_FUNC: the address of one, for a callback. */
const LOAD_WIDE = 0x18;
const PSEUDO_FUNC = 4;
/** ... and with BPF_PSEUDO_MAP_FD: a map, of which bpf_insn_prepare_dump gives the id. */
const PSEUDO_MAP = 1;
/** BPF_FUNC_tail_call: the kernel turns its own tail-call instruction back into this (bpf_insn_prepare_dump). */
const TAIL_CALL = 12;

/** BPF_JMP and BPF_JMP32 with BPF_JA, whose distance is in the offset and in the immediate; BPF_EXIT. */
const GOTO = 0x05;
const GOTO_FAR = 0x06;
const EXIT = 0x95;

/** What a program calls. */
export interface KernelCalls {
  /** Distances of the functions from `__bpf_call_base`, each once, in the order of their first call. */
  readonly offsets: readonly number[];
  readonly tailCall: boolean;
  /** True when it looks up in an array, or in a map of its kind, without a call. */
  readonly inlinedLookup: boolean;
  /** True when calls have no target: the kernel zeroes them for those who may not see its addresses. */
  readonly hidden: boolean;
  /**
   * Functions of its own besides the first, or more: a global one may be called by nobody and be there all the same
   * (do_check_subprogs before Linux 6.8), as may the handler of exceptions.
   */
  readonly subprograms: number;
}

/**
 * The calls in translated instructions, as `bpftool prog dump xlated id N file FILE` writes them: what the verifier
 * made of the program, in the byte order of the host. A call's immediate is an address there, relative to
 * `__bpf_call_base` (kernel/bpf/core.c), of a helper or of a kernel function.
 */
export function kernelCalls(insns: Uint8Array, littleEndian: boolean): KernelCalls {
  const view = new DataView(insns.buffer, insns.byteOffset, insns.byteLength);
  const offsets = new Set<number>();
  let tailCall = false;
  let hidden = false;
  let subprograms = 0;
  const steps: Step[] = [];
  for (let at = 0; at + INSN_BYTES <= insns.byteLength; at += INSN_BYTES) {
    const code = view.getUint8(at);
    steps.push(stepAt(view, at, littleEndian));
    if (code !== CALL && code !== LOAD_WIDE) continue;
    const registers = view.getUint8(at + 1);
    const source = littleEndian ? registers >> 4 : registers & 0x0f;
    if (code === LOAD_WIDE) {
      at += INSN_BYTES;
      if (source === PSEUDO_FUNC && at + INSN_BYTES <= insns.byteLength) {
        subprograms = Math.max(subprograms, view.getInt32(at + 4, littleEndian));
      }
      continue;
    }
    const immediate = view.getInt32(at + 4, littleEndian);
    // The number of the function (jit_subprogs); none has 0, which is what is left where addresses are hidden.
    if (immediate === 0) hidden = true;
    else if (source === PSEUDO_CALL) subprograms = Math.max(subprograms, immediate);
    else if (immediate === TAIL_CALL) tailCall = true;
    else offsets.add(immediate);
  }
  subprograms = Math.max(subprograms, beginnings(view, littleEndian));
  return { offsets: [...offsets], tailCall, inlinedLookup: hasInlinedLookup(steps), hidden, subprograms };
}

/**
 * Instructions that a function may begin with, but for the first: what stands behind an exit or a jump, and nothing before
 * it jumps to. The verifier leaves no other code that is never reached.
 */
function beginnings(view: DataView, littleEndian: boolean): number {
  const count = Math.floor(view.byteLength / INSN_BYTES);
  const isTarget = new Uint8Array(count + 1);
  let found = 0;
  let mayBegin = false;
  for (let index = 0; index < count; index += 1) {
    const at = index * INSN_BYTES;
    const code = view.getUint8(at);
    if (mayBegin && isTarget[index] !== 1) found += 1;
    mayBegin = code === EXIT || code === GOTO || code === GOTO_FAR;
    const isJump = (code & 0x07) === 0x05 || (code & 0x07) === 0x06;
    if (isJump && code !== EXIT && code !== CALL) {
      const far = code === GOTO_FAR ? view.getInt32(at + 4, littleEndian) : view.getInt16(at + 2, littleEndian);
      const target = index + 1 + far;
      if (target > index && target <= count) isTarget[target] = 1;
    }
    if (code === LOAD_WIDE) index += 1;
  }
  return found;
}

/** Opcodes of {@link Step} (include/uapi/linux/bpf.h), of which each stands for one with these registers. */
const STEPS: { readonly [code: number]: { readonly to: number; readonly from: number; readonly step: Step } } = {
  7: { to: 1, from: 0, step: 'r1 += n' },
  97: { to: 0, from: 2, step: 'r0 = *r2' },
  84: { to: 0, from: 0, step: 'w0 &= n' },
  39: { to: 0, from: 0, step: 'r0 *= n' },
  103: { to: 0, from: 0, step: 'r0 *= n' },
  15: { to: 0, from: 1, step: 'r0 += r1' },
};
const JUMP = 0x05;
const JUMP_IF_NOT_BELOW = 0x35;
const MOVE = 0xb7;

/** BPF_STX and BPF_ST write memory, BPF_JMP and BPF_JMP32 nothing: the destination of all other classes is changed. */
const WRITES_REGISTER = new Set([0x00, 0x01, 0x04, 0x07]);

function stepAt(view: DataView, at: number, littleEndian: boolean): Step {
  const code = view.getUint8(at);
  const registers = view.getUint8(at + 1);
  const [to, from] = littleEndian ? [registers & 0x0f, registers >> 4] : [registers >> 4, registers & 0x0f];
  const offset = view.getInt16(at + 2, littleEndian);
  const immediate = view.getInt32(at + 4, littleEndian);
  const known = STEPS[code];
  if (known?.to === to && known.from === from && offset === 0) return known.step;
  if (code === JUMP_IF_NOT_BELOW && to === 0) return { bound: offset };
  if (code === JUMP && offset === 1) return 'goto +1';
  if (code === MOVE && to === 0 && immediate === 0) return 'r0 = 0';
  if (code === LOAD_WIDE && to === 1 && from === PSEUDO_MAP) return 'r1 = map';
  // A call leaves r1 to r5 with nothing in them.
  return code === CALL || (to === 1 && WRITES_REGISTER.has(code & 0x07)) ? 'r1 changes' : null;
}
