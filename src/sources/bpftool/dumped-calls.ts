import { hasInlinedLookup, type Step } from './inlined-lookup.ts';

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
 * each once, in the order of their first call, and before them the lookup that stands in the place of a call; null
 * where a call has no name. Calls of the program's own functions (`call pc+5#bpf_prog_..._F`) are not among them.
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
  return [...(hasInlinedLookup(instructions.map(stepOf)) ? ['bpf_map_lookup_elem'] : []), ...names];
}

/** {@link Step} as the kernel prints it (kernel/bpf/disasm.c). */
const STEPS: readonly (readonly [RegExp, Step])[] = [
  [/^\(07\) r1 \+= \d+$/, 'r1 += n'],
  [/^\(61\) r0 = \*\(u32 \*\)\(r2 \+0\)$/, 'r0 = *r2'],
  [/^\(54\) w0 &= \d+$/, 'w0 &= n'],
  [/^\((?:27\) r0 \*=|67\) r0 <<=) \d+$/, 'r0 *= n'],
  [/^\(0f\) r0 \+= r1$/, 'r0 += r1'],
  [/^\(05\) goto pc\+1$/, 'goto +1'],
  [/^\(b7\) r0 = 0$/, 'r0 = 0'],
  [/^\(18\) r1 = map\[id:\d+\]$/, 'r1 = map'],
  [/^\((?:85\)|[0-9a-f]{2}\) [rw]1 )/, 'r1 changes'],
];
const BOUND = /^\(35\) if r0 >= (?:0x)?[0-9a-f]+ goto pc\+(\d+)$/;

function stepOf(instruction: string): Step {
  const bound = BOUND.exec(instruction)?.[1];
  if (bound !== undefined) return { bound: Number(bound) };
  return STEPS.find(([pattern]) => pattern.test(instruction))?.[1] ?? null;
}
