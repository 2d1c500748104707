import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContextError, parseLabContext } from '../../src/checks/context.ts';
import type { Json } from '../../src/model/json.ts';

describe('parseLabContext', () => {
  it('reads the context of the lab', () => {
    const { inventory } = parseLabContext({
      programs: [{ name: 'prog1', uid: 1000, helpers: ['map_lookup_elem'] }],
      maps: [{ name: 'config', type: 'hash', 'max-entries': 100, frozen: true }],
      capabilities: ['cap_bpf'],
      'audit-enabled': true,
    });
    expect(inventory.covers).toEqual(['programs', 'helpers', 'maps', 'processes', 'all-processes', 'audit']);
    expect(inventory.programs).toMatchObject([{ id: 1, name: 'prog1', uid: 1000, helpers: ['map_lookup_elem'] }]);
    expect(inventory.maps).toMatchObject([{ id: 1, name: 'config', type: 'hash', maxEntries: 100, frozen: true }]);
    expect(inventory.capabilities).toEqual([{ pid: null, comm: '', capabilities: ['cap_bpf'] }]);
    expect(inventory.audit).toEqual({ enabled: 1, lost: null, backlog: null });
  });

  it('takes every spelling of a key, and keywords', () => {
    const spellings: Json[] = [
      { maps: [{ name: 'm', 'max-entries': 5 }], 'audit-enabled': false },
      { maps: [{ name: 'm', maxEntries: 5 }], auditEnabled: false },
      { maps: [{ name: 'm', max_entries: 5 }], audit_enabled: false },
      { ':maps': [{ ':name': 'm', ':max-entries': 5 }], ':audit-enabled': false },
    ];
    for (const spelling of spellings) {
      const { inventory } = parseLabContext(spelling);
      expect(inventory.maps).toMatchObject([{ name: 'm', maxEntries: 5 }]);
      expect(inventory.audit?.enabled).toBe(0);
    }
    const { inventory } = parseLabContext({
      programs: [{ helpers: [':map_lookup_elem', 'bpf_ktime_get_ns'] }],
      maps: [{ type: ':percpu_array' }],
      capabilities: [':cap_bpf', 'CAP_SYS_ADMIN'],
    });
    expect(inventory.programs[0]?.helpers).toEqual(['map_lookup_elem', 'ktime_get_ns']);
    expect(inventory.maps[0]?.type).toBe('percpu_array');
    expect(inventory.capabilities[0]?.capabilities).toEqual(['cap_bpf', 'cap_sys_admin']);
  });

  it('covers what is there, also when it is empty', () => {
    expect(parseLabContext({ programs: [] }).inventory.covers).toEqual(['programs', 'helpers']);
    expect(parseLabContext({ maps: [], capabilities: null }).inventory.covers).toEqual(['maps']);
    expect(parseLabContext({ capabilities: [] }).inventory.covers).toEqual(['processes', 'all-processes']);
  });

  it.each<[string, Json, string]>([
    ['a list', [], 'context: an object, not []'],
    ['nothing known', { program: [] }, 'context: it has none of programs, maps, capabilities and audit-enabled'],
    ['programs of another type', { programs: {} }, 'programs: a list, not {}'],
    ['a program of another type', { programs: [{}, 'x'] }, 'programs[1]: an object, not "x"'],
    ['a uid as text', { programs: [{ uid: '0' }] }, 'programs[0].uid: a number, not "0"'],
    ['a uid below zero', { programs: [{ uid: -1 }] }, 'programs[0].uid: a whole number from 0, not -1'],
    ['a helper of another type', { programs: [{ helpers: ['a', 2] }] }, 'programs[0].helpers[1]: text, not 2'],
    ['a helper that is null', { programs: [{ helpers: [null] }] }, 'programs[0].helpers[0]: text, not null'],
    ['a limit as text', { maps: [{}, {}, { 'max-entries': 'x' }] }, 'maps[2].max-entries: a number, not "x"'],
    [
      'a limit in another spelling',
      { maps: [{ maxEntries: 1.5 }] },
      'maps[0].maxEntries: a whole number from 0, not 1.5',
    ],
    ['frozen as a number', { maps: [{ frozen: 1 }] }, 'maps[0].frozen: true or false, not 1'],
    ['a name of another type', { maps: [{ name: {} }] }, 'maps[0].name: text, not {}'],
    ['audit as text', { auditEnabled: 'yes' }, 'auditEnabled: true or false, not "yes"'],
    ['a long value', { programs: 'x'.repeat(1000) }, `programs: a list, not "${'x'.repeat(39)}…`],
  ])('refuses %s', (_, context, message) => {
    expect(() => parseLabContext(context)).toThrow(new ContextError(...split(message)));
  });

  it('refuses what is nested deeper than who walks it can follow', () => {
    const deep = JSON.parse(`{"programs":[{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}`);
    expect(() => parseLabContext(deep)).toThrow(new ContextError('', 'it is nested too deeply: more than 100 levels'));
  });

  it('reads or refuses any JSON, and nothing else happens', () => {
    const key = fc.constantFrom(
      'programs',
      'maps',
      ':maps',
      'capabilities',
      'audit-enabled',
      'name',
      'uid',
      'helpers',
      '__proto__',
    );
    const { node } = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Json>(null, true, 0, -1, 1e300, '', ':cap_bpf'),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(key, tie('node'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(node, (json) => {
        try {
          expect(parseLabContext(json).inventory.covers.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ContextError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function split(message: string): [string, string] {
  const [path = '', ...reason] = message.split(': ');
  return [path === 'context' ? '' : path, reason.join(': ')];
}
