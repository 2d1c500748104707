import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Auditd, whyNoAuditd } from '../helpers/auditd.ts';
import { BpfLab, FIXTURES, whyNotLive } from '../helpers/bpf.ts';
import { type Outcome, replayOf, timeless, verdictOf, watchAndCapture, withoutVia } from '../helpers/live-run.ts';

const isLive = whyNotLive() === null;
const OBJECT = join(FIXTURES, 'signaller.bpf.o');
const AS_NOBODY = 'setpriv --reuid 65534 --regid 65534 --clear-groups';
const isAudited = isLive && whyNoAuditd() === null;

describe.skipIf(!isLive)('a live run and the replay of its capture', () => {
  let folder: string;
  let lab: BpfLab;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    lab = new BpfLab();
  });
  afterEach(() => lab.clean());

  it.each(['host.capture', 'host.capture.gz'])('give the same verdict (%s)', { timeout: 60_000 }, async (name) => {
    const path = join(folder, name);
    const lived = await watchAndCapture(path, {}, 7000, () => provoke(lab));
    expect(new Set(lived.events.map(({ type }) => type))).toEqual(
      new Set(['program-load', 'program-unload', 'map-create', 'map-delete', 'config-change']),
    );
    expect(lived.report.anomalies.length).toBeGreaterThan(0);
    expect(lived.report.alerts.length).toBeGreaterThan(0);
    await expectSameReplay(path, lived);
  });

  it.skipIf(!isAudited)('join what bpftool and a real auditd saw', { timeout: 60_000 }, async () => {
    const auditd = new Auditd();
    try {
      await auditd.start();
      const path = join(folder, 'audited.capture');
      const lived = await watchAndCapture(path, { auditLog: auditd.log }, 7000, async () => {
        await sleep(2500);
        inShell(`bpftool prog load ${OBJECT} ${lab.pin('wit_signal')}`);
        await sleep(1000);
        // Whatever unprivileged_bpf_disabled says: a tracepoint program is never for anybody.
        inShell(`! ${AS_NOBODY} bpftool prog load /dev/stdin ${lab.pin('mine')} < ${OBJECT}`);
        await sleep(1000);
        lab.clean();
      });
      const load = lived.events.find(({ type, details }) => type === 'program-load' && names(details, 'wit_signal'));
      // Bpftool knows the name and the helper, the audit log who did it: one event.
      expect(load).toMatchObject({ severity: 'error', details: { actor: { comm: 'bpftool', uid: 0 } } });
      expect(load?.details.summary).toMatch(
        /^program \d+ wit_signal \(tracepoint\) was loaded by bpftool .*send_signal$/,
      );
      expect(new Set(load?.evidence.map(({ origin }) => origin))).toEqual(
        new Set([auditd.log, 'bpftool prog show', expect.stringContaining('dump xlated')]),
      );
      const denied = lived.events.filter(({ type }) => type === 'access-denied');
      expect(denied[0]).toMatchObject({ severity: 'error', details: { actor: { comm: 'bpftool', uid: 65534 } } });
      expect(lived.report.intake.unreadableCount).toBe(0);
      await expectSameReplay(path, lived);
    } finally {
      await auditd.stop();
    }
  });
});

async function expectSameReplay(path: string, lived: Outcome): Promise<void> {
  const replayed = await replayOf(path);
  const again = await replayOf(path);
  expect(replayed.events.map(withoutVia)).toEqual(lived.events);
  expect(verdictOf(replayed.report)).toEqual(verdictOf(lived.report));
  expect(JSON.stringify(timeless(again.report))).toBe(JSON.stringify(timeless(replayed.report)));
}

/** After a quiet start: programs come, a config map changes and freezes, all go. */
async function provoke(lab: BpfLab): Promise<void> {
  await sleep(3500);
  lab.load('watched');
  await sleep(700);
  lab.update('wit_config', 0, 7);
  await sleep(700);
  lab.freeze('wit_config');
  await sleep(700);
  lab.clean();
}

/** In a shell of its own: what this process starts itself is taken for the watcher's own doing. */
function inShell(command: string): void {
  expect(spawnSync('sh', ['-c', `${command} || exit 1`], { stdio: 'ignore' }).status).toBe(0);
}

function names(details: Outcome['events'][number]['details'], name: string): boolean {
  return JSON.stringify(details.object).includes(`"${name}"`);
}
