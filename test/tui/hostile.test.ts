import { afterEach, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/text/width.ts';
import { event, map, NOW, program, someAlerts, someAnomalies, someView } from '../helpers/fake-data.ts';
import { FakeEngine } from '../helpers/fake-engine.ts';
import { ScreenHarness } from '../helpers/screen.ts';

/** Names that a process, a map or a log line may have: each would do something to a terminal that got it raw. */
const HOSTILE = [
  'red\x1b[31m',
  'clear\x1b[2J\x1b[H',
  'title\x1b]0;owned\x07',
  'link\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\',
  'clip\x1b]52;c;AAAA\x07',
  'line\nbreak\r\n\ttab',
  'bidi\u202egnp.exe\u2066',
  'zero\u200bwidth\ufeff',
  'c1\x9b31m\x90',
  'wide日本語テスト',
  'lone\ud800surrogate',
  'e\u0301\u0301\u0301mark',
  'nul\0byte\x7f',
  'filler\u3164\u115f\u034f\uffa0',
  '\u2028\u2029',
  'x'.repeat(5_000),
] as const;

const inventory = {
  programs: HOSTILE.map((name, index) =>
    program(index + 1, {
      name,
      type: name,
      owners: [{ pid: index, comm: name }],
      pinned: [name],
      tag: name,
      helpers: [name],
    }),
  ),
  maps: HOSTILE.map((name, index) => map(index + 1, { name, type: name, owners: [{ pid: index, comm: name }] })),
  attachments: HOSTILE.map((name, index) => ({
    key: name,
    section: 'net' as const,
    type: name,
    target: name,
    programId: index + 1,
    linkId: null,
    owners: [],
    raw: { name },
  })),
  covers: ['programs' as const, 'maps' as const],
  host: HOSTILE[0] ?? '',
  boot: null,
  time: 0,
  processes: [],
};

const events = HOSTILE.map((text, index) => ({
  ...event(index, 'program-load', 'error', { summary: text, comm: text, [text]: text }),
  source: text,
  host: text,
  evidence: [{ origin: text, line: 1, text }],
}));

function hostileView() {
  const [alert] = someAlerts();
  const [anomaly] = someAnomalies();
  const { checks, definitions } = someView();
  const [result] = checks?.results ?? [];
  const text = HOSTILE.slice(0, -1).join('');
  if (alert === undefined || anomaly === undefined || result === undefined || checks === null)
    throw new Error('no data');
  return someView({
    host: text,
    banner: text,
    problems: HOSTILE.map((message) => ({ section: 'programs', message })),
    unreadable: { count: 1, first: HOSTILE.map((name) => ({ at: { file: name, line: 1 }, reason: name, text: name })) },
    alerts: HOSTILE.map((name) => ({ ...alert, fingerprint: name, title: name, summary: name, details: { name } })),
    anomalies: HOSTILE.map((name, index) => ({
      ...anomaly,
      time: NOW + index,
      type: 'new-event-types',
      details: { newTypes: [name] },
      eventIds: [name],
    })),
    definitions: definitions.map((definition) => ({ ...definition, rationale: text, sql: text })),
    checks: {
      ...checks,
      results: HOSTILE.map((name) => ({
        ...result,
        id: name,
        name,
        reason: name,
        violations: [{ objectKind: name, objectId: 1, objectName: name, message: name, fields: { name } }],
      })),
    },
  });
}

let open: ScreenHarness | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
});

/** What the screen itself may write: SGR, cursor moves and erasing, modes. No OSC, no title, no other control. */
function strangeParts(output: string): string {
  return output
    .replaceAll(/\x1b\[[\d;]*m/g, '')
    .replaceAll(/\x1b\[\d*[ABCDEGHJK]/g, '')
    .replaceAll(/\x1b\[\d+;\d+H/g, '')
    .replaceAll(/\x1b\[\?(25|1049|2026)[hl]/g, '')
    .replaceAll(/[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202e\u2066\u200b\ufeff]|\n/gu, '');
}

/** Waits for one frame as wide as the screen, below the header and the banner. */
async function isAlone(screen: ScreenHarness, title: string): Promise<void> {
  await screen.until(({ 3: top = '' }) => top.startsWith(title) && top.lastIndexOf('╭') === 0, title);
  expectSound(screen);
}

function expectSound(screen: ScreenHarness): void {
  const lines = screen.lines();
  expect(lines).toHaveLength(36);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(120);
  const framed = lines.filter((line) => line.startsWith('│'));
  expect(framed.length).toBeGreaterThan(10);
  for (const line of framed) {
    expect(line).toMatch(/[│┃]$/);
    expect(displayWidth(line)).toBe(120);
  }
}

describe('hostile names', () => {
  it.each(['1 Checks', '2 Anomalies', '3 Alerts', '5 Events', '6 Programs', '7 Maps'])(
    'do nothing to the terminal in %s and its details',
    async (title) => {
      open = new ScreenHarness(new FakeEngine(hostileView(), inventory, events), 120, 36);
      await open.untilText('bpfwitness');
      await open.keys(title.charAt(0), 'z', 'g');
      await isAlone(open, `╭─ ${title} ${HOSTILE.length}`);
      for (const _ of HOSTILE) {
        await open.keys('enter');
        await isAlone(open, `╭─ ${title} ›`);
        await open.keys('G', 'q', 'j');
      }
      await open.close();
      expect(strangeParts(open.output)).toBe('');
      open = null;
    },
  );

  it('do nothing to the terminal in the list of problems', async () => {
    open = new ScreenHarness(new FakeEngine(hostileView(), inventory, events), 120, 36);
    await open.untilText('bpfwitness');
    await open.keys('p');
    await isAlone(open, '╭─ p Problems');
    await open.keys('G');
    await open.untilText('xxxxxxxxxx');
    await open.close();
    expect(strangeParts(open.output)).toBe('');
    open = null;
  });
});
