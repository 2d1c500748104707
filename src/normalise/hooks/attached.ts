import type { Attachment, HookOwner, Program } from '../../model/inventory.ts';
import { btfFunctionOf } from '../btf-function.ts';
import { asCount, asObjects, asText } from '../decode-value.ts';
import { fileTarget, NO_FUNCTION, returning, siteOf, withoutModule } from './places.ts';

/** What bpftool listed; `areAll` is false where a listing of attachments is missing or broke off. */
export interface ListedAttachments {
  readonly attachments: readonly Attachment[];
  readonly programs: readonly Program[];
  readonly areAll: boolean;
  /** Whether this look walked the tree of cgroups. */
  readonly areCgroups: boolean;
}

/** What attachments may leave out: the function of a trampoline, that of an LSM hook, the place of a probe, the function of one. */
const KINDS = ['trampoline', 'lsm', 'kprobe', 'site', 'fprobe', 'uprobe'] as const;
type Kind = (typeof KINDS)[number];

/** What the attachments that are listed hook. */
export class Attached {
  readonly #known = new Map<Kind, Set<string>>(KINDS.map((kind) => [kind, new Set()]));
  /** Kinds of which one does not say where it is. */
  readonly #unsaid = new Set<Kind>();

  constructor({ attachments, programs, areAll, areCgroups }: ListedAttachments) {
    if (!areAll) for (const kind of KINDS) this.#unsaid.add(kind);
    const attached = new Set(attachments.map(({ programId }) => programId));
    // What is on LSM hooks of cgroups without a link stands in their tree alone.
    const mayBeInTree = programs.some(({ id, type }) => type === 'lsm' && !attached.has(id));
    if (!areCgroups && mayBeInTree) this.#unsaid.add('lsm');
    const types = new Map(programs.map(({ id, type }) => [id, type]));
    for (const attachment of attachments) this.#add(attachment, types.get(attachment.programId ?? 0));
  }

  /** Whose it is, as far as is known; `also` are other kinds that may be it. */
  owner(kind: Kind, place: string, ...also: readonly Kind[]): HookOwner {
    if (this.#known.get(kind)?.has(place) === true) return 'bpf';
    return [kind, ...also].some((each) => this.#unsaid.has(each)) ? 'unknown' : 'nobody';
  }

  #say(kind: Kind, places: readonly string[]): void {
    for (const place of places) this.#known.get(kind)?.add(place);
  }

  #add({ type, target, raw }: Attachment, programType: string | undefined): void {
    switch (type) {
      case 'tracing':
      case 'modify_return':
      case 'lsm': {
        const found = btfFunctionOf(raw);
        if (found !== null) this.#say('trampoline', keysOf(found.objectId, found.btfId));
        // What replaces a function of a program has no trampoline (__bpf_trampoline_link_prog in kernel/bpf/trampoline.c).
        else if (raw.prog_type !== 'ext') this.#unsaid.add(target.endsWith('lsm_cgroup') ? 'lsm' : 'trampoline');
        return;
      }
      case 'kprobe':
      case 'kretprobe': {
        const place = withoutModule(target);
        this.#say('kprobe', [returning(place, type === 'kretprobe')]);
        const site = siteOf(place);
        if (site !== null) this.#say('site', [site]);
        const name = asText(raw.func) ?? '';
        if (name === '') this.#unsaid.add('kprobe');
        if (name === '' || NO_FUNCTION.test(name)) this.#unsaid.add('site');
        return;
      }
      case 'kprobe_multi': {
        const names = asObjects(raw.funcs).flatMap(({ func }) => asText(func) ?? []);
        this.#say('fprobe', names);
        // bpftool leaves out those whose address is not that of a symbol.
        if (names.length === 0 || names.length < (asCount(raw.func_cnt) ?? 0)) this.#unsaid.add('fprobe');
        return;
      }
      case 'uprobe':
      case 'uretprobe':
        this.#say('uprobe', [returning(fileTarget(target), type === 'uretprobe')]);
        return;
      case 'perf_event':
        // bpftool before 7.3 says of no such link what it is on, unless perf show has it as well. Others count samples.
        if (target !== '' || (programType ?? 'kprobe') !== 'kprobe') return;
        this.#unsaid.add('kprobe').add('site').add('uprobe');
        return;
      default:
    }
  }
}

/**
 * Keys of the trampolines that both numbers of a link may be of: of a function of the kernel, or of one of a program
 * (bpf_trampoline_compute_key in include/linux/bpf_verifier.h). Nothing in the link tells which.
 */
function keysOf(objectId: number, btfId: number): readonly string[] {
  const upper = BigInt(objectId) << 32n;
  return [upper | 0x80000000n | BigInt(btfId), upper | BigInt(btfId)].map(String);
}
