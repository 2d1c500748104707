import type { InputFacts, InputSource, Observation } from '../../src/model/observation.ts';

/** What an input holds, with what a test cares about. */
export function inputFacts(over: Partial<InputFacts> = {}): InputFacts {
  return {
    name: '/evidence/audit.log',
    format: 'audit log, raw',
    bytes: 2048,
    lines: 3,
    records: {},
    hosts: [],
    timeRange: null,
    gaps: [],
    ...over,
  };
}

/** A source that yields these observations, each a batch, and says this of its inputs. */
export function inputSource(observations: readonly Observation[], facts: readonly InputFacts[]): InputSource {
  const bytes = facts.reduce((sum, each) => sum + each.bytes, 0);
  return {
    name: 'a test',
    facts: () => facts,
    progress: () => ({ name: 'a test', bytes, totalBytes: bytes, lines: 0, records: {} }),
    observations: async function* (signal) {
      for (const observation of observations) {
        if (signal.aborted) return;
        yield [observation];
      }
    },
  };
}
