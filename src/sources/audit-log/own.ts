import type { Observation, Source } from '../../model/observation.ts';
import { calledBy, viewGroup } from '../../normalise/audit/group.ts';

/**
 * The source without the system calls that process `pid` and its children made. With a rule for bpf(2), one look at the
 * host is hundreds of records; a capture of them would hold little else. They are counted as `own` in the progress.
 * Events with a BPF record stay: which program ids were ours has to be known when their unload comes.
 */
export function withoutOwn(source: Source, pid: number): Source {
  let own = 0;
  const isOwn = (observation: Observation): boolean => {
    if (observation.kind !== 'audit') return false;
    const view = viewGroup(observation.group, '');
    return calledBy(view, pid) && !view.records.some(({ name }) => name === 'BPF');
  };
  return {
    name: source.name,
    progress: () => {
      const progress = source.progress();
      return { ...progress, records: { ...progress.records, own } };
    },
    observations: async function* (signal) {
      for await (const batch of source.observations(signal)) {
        const kept = batch.filter((observation) => !isOwn(observation));
        own += batch.length - kept.length;
        yield kept;
      }
    },
  };
}
