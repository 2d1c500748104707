/**
 * What an instruction does, as far as it matters for an inlined lookup; `bound` is where `r0` is compared with the number
 * of entries, and how far it jumps when it is too high.
 */
export type Step =
  | 'r1 = map'
  | 'r1 changes'
  | 'r1 += n'
  | 'r0 = *r2'
  | 'w0 &= n'
  | 'r0 *= n'
  | 'r0 += r1'
  | 'goto +1'
  | 'r0 = 0'
  | { readonly bound: number }
  | null;

/** Instructions between the map and its lookup: what sets up the key. */
const MOST_BETWEEN = 16;

/** Instructions after the address is made, in which it is read again or made that of this CPU. */
const MOST_AFTER = 4;

/**
 * Whether a program looks something up in an array without a call: the verifier puts what array_map_gen_lookup and its
 * like for arrays of maps and per-CPU arrays (kernel/bpf/arraymap.c) give in the place of `bpf_map_lookup_elem`. It is
 * certain where the whole of it stands, and r1 is the map that was loaded before it.
 */
export function hasInlinedLookup(steps: readonly Step[]): boolean {
  return steps.some((step, index) => step === 'r1 += n' && isLookup(steps, index) && isMap(steps, index));
}

/** `r1 += N; r0 = *r2; if r0 >= ENTRIES goto MISS; [w0 &= MASK;] r0 *= SIZE; r0 += r1; ...; goto +1; MISS: r0 = 0`. */
function isLookup(steps: readonly Step[], start: number): boolean {
  if (steps[start + 1] !== 'r0 = *r2') return false;
  const jump = start + 2;
  const check = steps[jump];
  if (typeof check !== 'object' || check === null) return false;
  const scale = steps[jump + 1] === 'w0 &= n' ? jump + 2 : jump + 1;
  const miss = jump + 1 + check.bound;
  const after = miss - (scale + 2);
  return (
    steps[scale] === 'r0 *= n' &&
    steps[scale + 1] === 'r0 += r1' &&
    steps[miss] === 'r0 = 0' &&
    steps[miss - 1] === 'goto +1' &&
    after >= 1 &&
    after <= MOST_AFTER
  );
}

function isMap(steps: readonly Step[], end: number): boolean {
  for (let index = end - 1; index >= 0 && end - index <= MOST_BETWEEN; index -= 1) {
    if (steps[index] === 'r1 = map') return true;
    if (steps[index] === 'r1 changes' || steps[index] === 'r1 += n') return false;
  }
  return false;
}
