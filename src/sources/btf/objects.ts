import type { JsonObject } from '../../model/json.ts';
import { attachTypeName } from '../../normalise/attach-type-names.ts';
import type { BtfFunction } from '../../normalise/btf-function.ts';
import { asCount, asId, asText } from '../../normalise/decode-value.ts';

/** A BTF object of the kernel, of one of its modules, or one that was loaded with a program. */
export interface BtfObject {
  readonly id: number;
  /** `vmlinux`, a module's name, or what a loader called it. */
  readonly name: string;
  readonly size: number;
  readonly isKernel: boolean;
}

/** Names of modules as /sys/kernel/btf has them: no path leads out of there. */
const FILE_NAME = /^\w[\w.-]*$/;

/** A type takes this many bytes at least (struct btf_type). */
const SMALLEST_TYPE = 12;

/**
 * The elements of `bpftool -j btf show`, by id. One that is said to be the kernel's and has no name of a file is taken for
 * another's. `kernel` and `name` are told since bpftool 5.11, which is before links tell their functions (7.3).
 */
export function btfObjects(elements: readonly JsonObject[]): ReadonlyMap<number, BtfObject> {
  const objects = new Map<number, BtfObject>();
  for (const element of elements) {
    const [id, size, name] = [asId(element.id), asCount(element.size), asText(element.name) ?? ''];
    if (id === null || size === null) continue;
    objects.set(id, { id, name, size, isKernel: element.kernel === true && FILE_NAME.test(name) });
  }
  return objects;
}

/**
 * Whether a link may as well be attached to a function of the program that has the id of the BTF object (see
 * `btfFunctionOf`). LSM and fmod_ret programs are refused on programs (bpf_prog_load_check_attach in
 * kernel/bpf/syscall.c, bpf_check_attach_target in kernel/bpf/verifier.c). For fentry and fexit there has to be such a
 * program, which the link keeps loaded, with BTF that is large enough to have so many types.
 */
export function mayBeOfProgram(
  link: JsonObject,
  { objectId, btfId }: BtfFunction,
  programs: readonly JsonObject[] | undefined,
  objects: ReadonlyMap<number, BtfObject>,
): boolean {
  const attachType = attachTypeName(link.attach_type);
  if (attachType === 'lsm_mac' || attachType === 'modify_return') return false;
  if (programs === undefined) return true;
  const program = programs.find(({ id }) => asId(id) === objectId);
  if (program === undefined) return false;
  const own = asId(program.btf_id);
  if (own === null) return false;
  const size = objects.get(own)?.size;
  return size === undefined || btfId * SMALLEST_TYPE < size;
}
