/** Size of struct bpf_insn (include/uapi/linux/bpf.h): code, registers, 16-bit offset, 32-bit immediate. */
const INSN_BYTES = 8;
/** BPF_JMP | BPF_CALL. */
const CALL = 0x85;
/** BPF_PSEUDO_CALL in the source register: a function of the program's own. */
const PSEUDO_CALL = 1;
/** BPF_LD | BPF_IMM | BPF_DW, which takes two instructions, with BPF_PSEUDO_FUNC: the address of one, for a callback. */
const LOAD_WIDE = 0x18;
const PSEUDO_FUNC = 4;
/** BPF_FUNC_tail_call: the kernel turns its own tail-call instruction back into this (bpf_insn_prepare_dump). */
const TAIL_CALL = 12;

/** What a program calls. */
export interface KernelCalls {
  /** Distances of the functions from `__bpf_call_base`, each once, in the order of their first call. */
  readonly offsets: readonly number[];
  readonly tailCall: boolean;
  /** True when calls have no target: the kernel zeroes them for those who may not see its addresses. */
  readonly hidden: boolean;
  /** Functions of its own besides the first that it calls or hands on: the highest number of one (jit_subprogs). */
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
  for (let at = 0; at + INSN_BYTES <= insns.byteLength; at += INSN_BYTES) {
    const code = view.getUint8(at);
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
    if (source === PSEUDO_CALL) subprograms = Math.max(subprograms, immediate);
    else if (immediate === 0) hidden = true;
    else if (immediate === TAIL_CALL) tailCall = true;
    else offsets.add(immediate);
  }
  return { offsets: [...offsets], tailCall, hidden, subprograms };
}
