/** What perf(1) counts from where it knows no better, and addresses: the function is not told. */
export const NO_FUNCTION = /^(_text|_stext|0x[0-9a-f]+)$/;

/** How far into a function a kprobe is still where ftrace calls it: behind landing pads and what the compiler left. */
const MOST_OFFSET = 16;

/** A place, and whether the probe is for the return. */
export function returning(place: string, isReturn: boolean): string {
  return isReturn ? `${place} return` : place;
}

/** `module:function` is how a probe names a function of a module. */
export function withoutModule(target: string): string {
  return target.replace(/^[^:/]+:/, '');
}

/** A function without the module that ftrace names behind it: `nft_do_chain [nf_tables]`. */
export function ofNoModule(name: string): string {
  const at = name.endsWith(']') ? name.indexOf(' [') : -1;
  return at === -1 ? name : name.slice(0, at);
}

/** The function that a kprobe at this place makes ftrace call from; null where it is further on. */
export function siteOf(place: string): string | null {
  const [, name = place, offset = '0'] = /^(.*)\+0x([0-9a-f]+)$/.exec(place) ?? [];
  return Number.parseInt(offset, 16) <= MOST_OFFSET ? name : null;
}

/** `/bin/bash+0x31000` as an attachment says it, the way that tracefs does. */
export function fileTarget(target: string): string {
  const [, path = target, offset = '0'] = /^(.*)\+0x([0-9a-f]+)$/.exec(target) ?? [];
  return `${path}:0x${offset}`;
}
