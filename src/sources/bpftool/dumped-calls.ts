/** `(85) call NAME#N` as bpftool's xlated_dumper.c prints the call of a helper or of a kernel function. */
const CALL = /^\(85\) call ([^#\s]+)(?:#\S*)?$/;

/** A function of the program's own: a distance in instructions. */
const OWN = /^pc[+-]/;

/**
 * What a call is named where the kernel did not let bpftool see: `bpf_unspec`, because it set the immediate to zero, or
 * no symbol at all, because addresses are hidden (kernel.kptr_restrict).
 */
const NAMELESS = /^(?:bpf_unspec|kernel-function|unknown|0x[0-9a-f]+|-?\d+)$/;

/**
 * The kernel functions that a dumped program calls, from its instructions as `bpftool prog dump xlated` prints them,
 * each once, in the order of their first call; null where a call has no name. Calls of the program's own functions
 * (`call pc+5#bpf_prog_..._F`) are not among them.
 */
export function dumpedCalls(instructions: readonly string[]): readonly string[] | null {
  const names = new Set<string>();
  for (const instruction of instructions) {
    if (!instruction.startsWith('(85) ')) continue;
    const name = CALL.exec(instruction.trimEnd())?.[1];
    if (name !== undefined && OWN.test(name)) continue;
    if (name === undefined || NAMELESS.test(name)) return null;
    names.add(name);
  }
  return [...names];
}
