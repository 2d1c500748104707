import { describe, expect, it } from 'vitest';
import { EMPTY_INVENTORY, type InventoryView } from '../../../src/model/view.ts';
import type { ListPaneId } from '../../../src/tui/panes/lists.ts';
import { emptyText, listOf } from '../../../src/tui/panes/lists.ts';
import type { ScreenData } from '../../../src/tui/panes/screen-data.ts';
import { glyphsFor } from '../../../src/tui/theme/glyphs.ts';
import { event, map, NOW, program, someInventory, someView } from '../../helpers/fake-data.ts';

const glyphs = glyphsFor(false);

function dataOf(change: Partial<ScreenData> = {}): ScreenData {
  return { view: someView(), inventory: someInventory(), window: null, ...change };
}

/** The lines of a pane as text, headings first, trailing blanks removed. */
function rows(pane: ListPaneId, data: ScreenData, width: number, filter = ''): readonly string[] {
  const list = listOf(pane, data, filter);
  const drawn = list.draw(width, glyphs);
  const lines = Array.from({ length: list.count }, (_, index) => drawn.row(index) ?? []);
  return [drawn.heading, ...lines].map((line) =>
    line
      .map((part) => part.text)
      .join('')
      .trimEnd(),
  );
}

/** Of a host that was never looked at. */
const UNSEEN: InventoryView = EMPTY_INVENTORY;

describe('Checks', () => {
  it('shows failed checks first, the worst on top, then what could not look, then the rest', () => {
    expect(rows('checks', dataOf(), 44)).toEqual([
      'STATUS    CHECK                SEV     FOUND',
      '✗ FAIL    Helper Whitelist     ◆ ERR       2',
      '✗ FAIL    Root-Owned Programs  ▲ WARN      3',
      '✗ FAIL    Frozen Configurati…  ▲ WARN      1',
      '? INCONC  Audit Logging        ■ CRIT      -',
      '✓ PASS    Map Entry Limits     ◆ ERR       -',
      '✓ PASS    Minimal Capabiliti…  ▲ WARN      -',
    ]);
  });

  it('writes the words out where there is room', () => {
    expect(rows('checks', dataOf(), 70)[4]).toContain('? INCONCLUSIVE');
    expect(rows('checks', dataOf(), 70)[4]).toContain('■ CRITICAL');
  });

  it('tells before the first run that it has not been', () => {
    const data = dataOf({ view: someView({ checks: null }), inventory: UNSEEN });
    expect(emptyText('checks', data, '')).toContain('when the first look at the host is complete');
    expect(emptyText('programs', data, '')).toBe('No programs were looked at yet.');
  });

  it('promises no look where files are read: they may never hold one', () => {
    const data = dataOf({ view: someView({ checks: null, mode: 'follow' }), inventory: UNSEEN });
    expect(emptyText('checks', data, '')).toContain('nothing read so far has one');
    expect(emptyText('programs', data, '')).toBe('Nothing read so far lists programs.');
    expect(emptyText('maps', data, '')).toBe('Nothing read so far lists maps.');
  });
});

describe('Anomalies and Alerts', () => {
  it('show when, how bad and what', () => {
    expect(rows('anomalies', dataOf(), 80)).toEqual([
      'TIME      SEVERITY    TYPE                  WHAT',
      '14:49:10  ▲ WARNING   high-event-rate       61 events in 10s; 4.2 is normal, mo…',
      '14:48:10  ◆ ERROR     severity-escalation   3 events of error or worse in 10s',
    ]);
    expect(rows('alerts', dataOf(), 66)).toEqual([
      'STATE     SEV     ALERT                  COUNT  FIRST     LAST',
      'firing    ◆ ERR   Helper Whitelist          17  14:46:10  14:50:05',
      'firing    ▲ WARN  high-event-rate           17  14:46:10  14:50:05',
      'resolved  ▲ WARN  Frozen Configuration      17  14:46:10  14:50:05',
    ]);
  });

  it('say what no anomalies mean', () => {
    const learning = dataOf({ view: someView({ anomalies: [], learningUntil: NOW }) });
    expect(emptyText('anomalies', learning, '')).toBe('No anomalies. Learning the baseline until 14:50:10.');
    const known = dataOf({ view: someView({ anomalies: [] }) });
    expect(emptyText('anomalies', known, '')).toBe('No anomalies: nothing left the baseline.');
  });
});

describe('Events', () => {
  const window = (details: Parameters<typeof event>[3]) => ({
    request: { filter: '', offset: null, limit: 1, ceiling: null, folded: true },
    matching: 1,
    folded: 0,
    total: 1,
    offset: 0,
    newest: 1,
    rows: [{ seq: 1, event: event(1, 'program-load', 'info', details), stands: 0 }],
  });

  it('shows the summary, or the details where there is none', () => {
    expect(rows('events', dataOf({ window: window({ summary: 'loaded x' }) }), 110)[1]).toBe(
      '13:50:11.000  • INFO      program-load       audit     loaded x',
    );
    expect(rows('events', dataOf({ window: window({ key: 'stats', n: 2 }) }), 110)[1]).toContain('key=stats n=2');
  });

  it.each([
    [76, 'TIME      SEV     TYPE               WHAT'],
    [62, 'TIME      SEV     WHAT'],
  ])('gives up the source and then the type before the summary: at %i cells', (width, heading) => {
    expect(rows('events', dataOf({ window: window({ summary: 'loaded x' }) }), width)[0]).toBe(heading);
  });
});

describe('Programs', () => {
  it('are joined with where they are attached', () => {
    expect(rows('programs', dataOf(), 110).slice(0, 3)).toEqual([
      '    ID  TYPE            NAME                UID  OWNER             ATTACHED TO            HELPERS  LOADED',
      '   100  cgroup_skb      prog_100           1000  -                 xdp lo                       ?  11-23 13:10',
      '   101  raw_tracepoin…  prog_101           1000  systemd(901)      -                            2  11-23 13:09',
    ]);
  });

  it('never cut an id, however narrow it is, and nor do maps', () => {
    const inventory = someInventory();
    const last = { ...inventory.programs.at(-1), id: 4_294_967_295 } as (typeof inventory.programs)[number];
    const data = dataOf({
      inventory: {
        ...inventory,
        programs: [...inventory.programs, last],
        maps: [...inventory.maps, map(4_294_967_294)],
      },
    });
    for (const width of [36, 66, 78]) {
      expect(rows('programs', data, width).at(-1)).toMatch(/^4294967295 /);
      expect(rows('maps', data, width).at(-1)).toMatch(/^4294967294 /);
    }
  });

  it('are found by name, id, owner, attach point and helper', () => {
    const data = dataOf();
    expect(listOf('programs', data, 'PROG_103').count).toBe(1);
    expect(listOf('programs', data, 'xdp lo').count).toBe(6);
    expect(listOf('programs', data, '!xdp lo').count).toBe(6);
    expect(listOf('programs', data, 'systemd(901)').count).toBe(1);
    expect(listOf('programs', data, 'ktime_get_ns').count).toBe(9);
  });

  it('say whether none are loaded or none were looked at', () => {
    const nothing = { ...EMPTY_INVENTORY, covers: ['programs', 'maps'] as const };
    const denied = someView({ problems: [{ section: 'programs', message: 'Operation not permitted' }] });
    expect(emptyText('programs', dataOf({ inventory: nothing }), '')).toBe('No BPF programs at this moment.');
    expect(emptyText('programs', dataOf({ inventory: UNSEEN }), '')).toBe('No programs were looked at yet.');
    expect(emptyText('programs', dataOf({ inventory: nothing, view: denied }), '')).toBe(
      'No programs were looked at: Operation not permitted',
    );
    expect(emptyText('programs', dataOf({ inventory: nothing }), 'x')).toBe(
      'Nothing here matches "x". esc clears the filter.',
    );
  });

  it('with several owners and attach points show one of each and how many more', () => {
    const owners = [
      { pid: 1, comm: 'systemd' },
      { pid: 2, comm: 'agent' },
    ];
    const inventory = {
      ...EMPTY_INVENTORY,
      programs: [program(1, { owners, name: '', uid: null, loadedAt: null })],
    };
    const row = rows('programs', dataOf({ inventory }), 110)[1];
    expect(row).toContain('systemd(1) +1');
    expect(row).toContain('(no name)');
    expect(row?.match(/\?/g)).toHaveLength(2);
  });
});

describe('Maps', () => {
  it('show size, frozen and owner', () => {
    const inventory = { ...EMPTY_INVENTORY, maps: [map(500), map(501), map(505)] };
    expect(rows('maps', dataOf({ inventory }), 74)).toEqual([
      '    ID  TYPE              NAME                    MAX  FROZEN  OWNER',
      '   500  hash              config                 none  yes     agent(812)',
      '   501  percpu_array      map_501              10,240  ?       agent(812)',
      '   505  percpu_array      map_505              10,240  no      agent(812)',
    ]);
  });
});
