import type { JsonObject } from '../model/json.ts';
import { linkTypeName } from './bpf-names.ts';
import { asId } from './decode-value.ts';

/** A function by its number in a BTF object. */
export interface BtfFunction {
  readonly objectId: number;
  readonly btfId: number;
}

/**
 * What an element of `bpftool -j link show` says the trampoline of its link is attached to; null for other links, for
 * bpftool before 7.3, which does not say it, and for programs that replace a function of another program.
 *
 * The kernel makes both numbers of one key (bpf_trampoline_compute_key in include/linux/bpf_verifier.h), and the object is
 * a BTF object where a function of the kernel is meant, but the *program* where one of a program is. Which of the two
 * it is, nothing in the link tells.
 */
export function btfFunctionOf(raw: JsonObject): BtfFunction | null {
  const [objectId, btfId] = [asId(raw.target_obj_id), asId(raw.target_btf_id)];
  if (linkTypeName(raw.type) !== 'tracing' || raw.prog_type === 'ext' || objectId === null || btfId === null)
    return null;
  return { objectId, btfId };
}

/** The key of a function in `btfFunctions` of a snapshot: `1/65037`. */
export function btfFunctionKey({ objectId, btfId }: BtfFunction): string {
  return `${objectId}/${btfId}`;
}
