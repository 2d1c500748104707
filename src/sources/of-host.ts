import type { InputSource, Observation } from '../model/observation.ts';

/**
 * A log that was found beside what tells its host's name: its records that do not name one (`node=`) are of that host.
 */
export function ofHost(source: InputSource, host: string): InputSource {
  return {
    ...source,
    facts: () => source.facts().map((each) => (each.hosts.length > 0 ? each : { ...each, hosts: [host] })),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      for await (const batch of source.observations(signal)) yield batch.map((each) => named(each, host));
    },
  };
}

function named(observation: Observation, host: string): Observation {
  if (observation.kind === 'audit' && observation.group.node === null) {
    return { ...observation, group: { ...observation.group, node: host } };
  }
  return observation.kind === 'gap' && observation.host === null ? { ...observation, host } : observation;
}
