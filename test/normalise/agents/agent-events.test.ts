import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import { agentEvents, agentHost, agentReader } from '../../../src/normalise/agents/agent-events.ts';
import { timeOfNanoseconds, timeOfText } from '../../../src/normalise/agents/agent-time.ts';
import { recordOf } from './read.ts';

const AGENTS = ['tetragon', 'tracee', 'falco', 'kunai', 'ig'];

describe("an agent's record", () => {
  it('of an agent that is not known is counted', () => {
    const record = { agent: 'other', name: 'thing', value: {}, at: { file: 'f' }, text: '' };
    expect(agentEvents(record, 'h')).toEqual({ events: [], unmapped: 'other thing' });
    expect(agentHost(record)).toBeNull();
  });

  it('never throws, whatever it holds', () => {
    const key = fc.constantFrom(
      ...[
        'process_kprobe',
        'process_lsm',
        'process',
        'function_name',
        'args',
        'bpf_attr_arg',
        'perf_event_arg',
        'action',
      ],
      ...[
        'eventName',
        'name',
        'data',
        'value',
        'timestamp',
        'workload',
        'threat',
        'metadata',
        'rule',
        'priority',
        'time',
      ],
      ...[
        'output_fields',
        'evt.type',
        'evt.res',
        'info',
        'event',
        'exe',
        'prog_type',
        'cap',
        'code',
        'syscall',
        '__proto__',
      ],
    );
    const leaf = fc.oneof(
      fc.constantFrom(
        'bpf_check',
        'bpf_attach',
        'bpf',
        'bpf_prog_load',
        '2024-02-10T06:35:44Z',
        'KPROBE_ACTION_SIGKILL',
      ),
      fc.constantFrom<Json>('1709054805960000000', 5, -1, true, 'BPF_PROG_LOAD', 'CAP_BPF', '\ud800\x1b[31m'),
      fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    );
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const object = fc.dictionary(key, value, { maxKeys: 6 }) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(fc.constantFrom(...AGENTS), object, (agent, json) => {
        const record = recordOf(agent, json);
        const { events, unmapped } = agentEvents(record, 'h');
        expect(events.length === 1).toBe(unmapped === null);
        expect(agentReader(agent)?.name(json)).toBe(record.name);
        for (const { time, details } of events) {
          expect(Number.isSafeInteger(time)).toBe(true);
          expect(typeof details.summary).toBe('string');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what is very long short', () => {
    const long = 'x'.repeat(100_000);
    const process = { pid: 1, binary: long, arguments: long };
    const args = [{ bpf_attr_arg: { ProgName: long, ProgType: long } }];
    const value = { process_kprobe: { process, function_name: 'bpf_check', args }, time: '2024-02-10T06:35:44Z' };
    const [event] = agentEvents(recordOf('tetragon', value), 'h').events;
    expect(JSON.stringify(event?.details).length).toBeLessThan(12_000);
  });
});

describe('times of agents', () => {
  it.each([
    ['2024-02-10T06:35:44.123456789Z', 1_707_546_944_123],
    ['2024-02-10T08:35:44.1+02:00', 1_707_546_944_100],
    ['2024-02-10T06:35:44Z', 1_707_546_944_000],
    ['2024-02-10', null],
    ['2024-13-10T06:35:44Z', null],
    ['yesterday', null],
  ])('%s', (text, time) => {
    expect(timeOfText(text)).toBe(time);
  });

  it.each<[Json, number | null]>([
    ['1707546944123999999', 1_707_546_944_123],
    [1_707_546_944_123 * 1e6, 1_707_546_944_123],
    [17145168898503, null],
    ['x', null],
    [1.5, null],
    [null, null],
  ])('%s ns', (value, time) => {
    expect(timeOfNanoseconds(value)).toBe(time);
  });
});
