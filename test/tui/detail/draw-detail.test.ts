import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_INVENTORY } from '../../../src/model/view.ts';
import { type Block, fields, section } from '../../../src/tui/detail/detail.ts';
import { drawBlocks } from '../../../src/tui/detail/draw-detail.ts';
import { problemBlocks } from '../../../src/tui/detail/problems.ts';
import { lineWidth } from '../../../src/tui/line.ts';
import { listOf } from '../../../src/tui/panes/lists.ts';
import { map, program, someInventory, someView } from '../../helpers/fake-data.ts';

function draw(blocks: readonly Block[], width = 60): readonly string[] {
  return drawBlocks(blocks, width).map((line) => line.map((part) => part.text).join(''));
}

describe('drawBlocks', () => {
  it('aligns fields, indents what stands under a heading and wraps at words', () => {
    const blocks: readonly Block[] = [
      ...fields([
        ['Id', 7],
        ['Severity', 'error'],
        ['Tag', null],
      ]),
      ...section('Why', [{ kind: 'text', text: 'one two three four five' }]),
      ...section('Found', [{ kind: 'item', text: 'aaa bbb ccc ddd' }]),
      ...section('Nothing', []),
    ];
    expect(draw(blocks, 14)).toEqual([
      'Id        7',
      'Severity  error',
      '',
      'Why',
      '  one two',
      '  three four',
      '  five',
      '',
      'Found',
      '  - aaa bbb',
      '    ccc ddd',
    ]);
  });

  it('keeps the lines and the indents of code', () => {
    expect(draw([{ kind: 'code', text: '{\n  "a": 1\n}' }])).toEqual(['  {', '    "a": 1', '  }']);
  });

  it('cuts a text that is far too long, and says so', () => {
    const lines = draw([{ kind: 'code', text: 'x'.repeat(1_000_000) }]);
    expect(lines.length).toBeLessThan(400);
    expect(lines.join('').replaceAll(' ', '')).toContain('980,000morecharacters');
  });

  it('never leaves a control character, an escape sequence or a wider line', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 30, max: 120 }), (label, value, width) => {
        const blocks: readonly Block[] = [
          { kind: 'heading', text: label.slice(0, 20) },
          { kind: 'text', text: value },
          { kind: 'item', text: value },
          { kind: 'code', text: value },
        ];
        for (const line of drawBlocks(blocks, width)) {
          expect(line.map((part) => part.text).join('')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
          if (line.length > 1) expect(lineWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});

describe('details', () => {
  const data = { view: someView(), inventory: someInventory(), window: null };

  function detail(pane: 'checks' | 'anomalies' | 'alerts' | 'programs' | 'maps', index: number): string {
    return draw(listOf(pane, data, '').detailAt(index)?.blocks ?? [], 100).join('\n');
  }

  it('of a check hold verdict, objects, reason, remedy, references and query', () => {
    const text = detail('checks', 1);
    expect(text).toContain('Verdict   FAIL');
    expect(text).toContain('- prog_1 (program 101) is owned by root (uid 0)');
    expect(text).toMatch(/Why it matters\n {2}A program that runs as root/);
    expect(text).toMatch(/What to do\n {2}Load it from a service/);
    expect(text).toContain('- https://docs.kernel.org/bpf/');
    expect(text).toMatch(/The query\n {2}SELECT id AS object_id,\n {9}name AS object_name/);
    expect(detail('checks', 3)).toContain('Because   the audit status could not be read');
  });

  it('of an anomaly hold rule, evidence and raw details', () => {
    const text = detail('anomalies', 0);
    expect(text).toMatch(/Rule\n {2}More events in one interval/);
    expect(text).toContain('- 0193592a-0001-7000-8000-000000000001');
    expect(text).toContain('"threshold": 12.6');
  });

  it('of an alert carry the remedy of their check', () => {
    expect(detail('alerts', 0)).toMatch(/What to do\n {2}Load it from a service/);
    expect(detail('alerts', 1)).not.toContain('What to do');
  });

  it('of a program hold where it is attached, its maps, its helpers and what bpftool said', () => {
    const text = detail('programs', 2);
    expect(text).toContain('- xdp lo  (xdp:lo:102)');
    expect(text).toContain('- 500 config (hash)');
    expect(text).toMatch(/Helpers \(2\)\n {2}- low: map_lookup_elem, ktime_get_ns/);
    expect(text).toContain('"gpl_compatible": true');
    expect(detail('programs', 0)).toMatch(/Helpers\n {2}Not known/);
  });

  it('of a program name maps that are gone', () => {
    const inventory = { ...EMPTY_INVENTORY, programs: [program(1, { mapIds: [9] })] };
    const blocks = listOf('programs', { ...data, inventory }, '').detailAt(0)?.blocks ?? [];
    const text = draw(blocks).join('\n');
    expect(text).toContain('- 9 (gone, or not listed)');
    expect(text).toMatch(/Connected with\n {2}Programs\n {2}program 1 prog_1/);
    expect(text).toContain('uses map 9');
  });

  it('of a map name the programs that use it', () => {
    expect(detail('maps', 0)).toContain('- program 100 prog_100 (cgroup_skb)');
    const inventory = { ...EMPTY_INVENTORY, maps: [map(1, { maxEntries: null, frozen: null })] };
    const blocks = listOf('maps', { ...data, inventory }, '').detailAt(0)?.blocks ?? [];
    expect(draw(blocks).join('\n')).toMatch(/Most entries +no limit of its own\n.*\nFrozen +not known/);
  });
});

describe('problems', () => {
  it('list what could not be looked at or read, and what was let go', () => {
    const view = someView({
      banner: 'not root',
      problems: [{ section: 'maps', message: 'refused' }],
      unreadable: {
        count: 5,
        first: [{ at: { file: 'audit.log', line: 3, offset: 120 }, reason: 'not a record', text: '\x1b[2Jbad' }],
      },
      events: { stored: 10, shed: 1200, seen: 1210, changes: 0 },
    });
    expect(draw(problemBlocks(view))).toEqual([
      'Now',
      '  not root',
      '',
      'Could not be looked at',
      '  - maps: refused',
      '',
      'Could not be read (5)',
      '  - audit.log:3 (byte 120): not a record',
      '  \\x1b[2Jbad',
      '  and 4 more; the report lists them',
      '',
      'Let go',
      '  1,200 of the oldest events, because the store was full.',
    ]);
  });

  it('say when there are none', () => {
    expect(draw(problemBlocks(someView()))).toEqual(['  No problems: everything was looked at and understood.']);
  });
});
