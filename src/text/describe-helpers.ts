import { HELPER_RISKS } from '../model/helper-risks.ts';

/**
 * What a program calls, the worst first: `high: send_signal, which sends signals to processes`, `low: map_lookup_elem`,
 * `kfunc: task_acquire`. Names are canonical and come back raw.
 */
export function describeHelpers(helpers: readonly string[]): readonly string[] {
  const groups = new Map<
    string,
    { readonly rank: number; readonly risk: string; readonly does: string; readonly names: string[] }
  >();
  for (const name of helpers) {
    const { risk, does } = HELPER_RISKS.get(name) ?? { risk: 'kfunc', does: '' };
    const key = `${risk} ${does}`;
    const group = groups.get(key) ?? { rank: RANKS.indexOf(risk), risk, does, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => a.rank - b.rank)
    .map(({ risk, does, names }) => {
      const said = risk === 'high' || risk === 'medium' ? `, which ${names.length > 1 ? 'each ' : ''}${does}` : '';
      return `${risk}: ${names.join(', ')}${said}`;
    });
}

/** Kfuncs are not classed: what one does is in the kernel's documentation of its subsystem. */
const RANKS = ['high', 'medium', 'kfunc', 'low'];
