import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventDraft } from '../../src/model/event.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Observation } from '../../src/model/observation.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { diffInventories } from '../../src/normalise/snapshot-diff.ts';
import { liveSource } from '../../src/sources/live.ts';
import { printable } from '../../src/text/sanitise.ts';
import { BpfLab, whyNotLive } from '../helpers/bpf.ts';

const skipped = whyNotLive();
const EVIL = '\u001b[31mevil';
/** Looks until what must come has come: the kernel frees a program some time after its last holder let go of it. */
const MAX_LOOKS = 40;

/** The live source and what it saw of some programs and maps. Others load programs on this kernel at the same time. */
class Watch {
  readonly ids = new Set<string>();
  inventory: Inventory | null = null;
  readonly notes: EventDraft[] = [];
  readonly #stop = new AbortController();
  #looks: AsyncIterator<readonly Observation[]> | null = null;

  async start(): Promise<void> {
    const source = await liveSource({ intervalMs: 50, watchConfigMaps: true });
    this.#looks = source.observations(this.#stop.signal)[Symbol.asyncIterator]();
    await this.look();
  }

  /** Looks until as many events of ours have come, and once more; gives all of them. */
  async events(expected: number): Promise<EventDraft[]> {
    const events: EventDraft[] = [];
    for (let looks = 0; events.length < expected && looks < MAX_LOOKS; looks += 1) events.push(...(await this.look()));
    return [...events, ...(await this.look())];
  }

  async look(): Promise<EventDraft[]> {
    const { value } = (await this.#looks?.next()) ?? {};
    const [observation] = (value ?? []) as readonly Observation[];
    if (observation?.kind !== 'snapshot') throw new Error('the live source ended');
    const { inventory, malformed } = toInventory(observation.snapshot);
    expect(malformed).toEqual([]);
    const events = this.inventory === null ? [] : diffInventories(this.inventory, inventory);
    this.inventory = inventory;
    this.notes.push(...events.filter(({ details }) => details.shortLived !== undefined));
    return events.filter(({ details }) => this.ids.has(key(details.object as JsonObject)));
  }

  own(kind: 'program' | 'map', id: number): number {
    this.ids.add(`${kind} ${id}`);
    return id;
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#looks?.return?.();
  }
}

const key = (object: JsonObject) => `${object.kind} ${object.id}`;
const brief = (events: readonly EventDraft[]) =>
  events.map(({ type, severity, details }) => `${type} ${severity} ${(details.object as JsonObject).name}`);

describe.skipIf(skipped !== null)(`on this kernel${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  const lab = skipped === null ? new BpfLab() : (null as never);
  const watch = new Watch();
  let holderPid = 0;

  beforeAll(async () => {
    await watch.start();
  });
  afterAll(async () => {
    await watch.end();
    lab?.clean();
  });

  it('sees a load with its helpers, maps and owner, whatever the owner calls itself', async () => {
    lab.load('watched');
    const holder = await lab.hold(EVIL, 'wit_xdp', 'wit_config');
    holderPid = holder.pid;
    for (const name of ['wit_xdp', 'wit_trace', 'wit_filter']) watch.own('program', lab.id('prog', name));
    for (const name of ['wit_config', 'wit_counts']) watch.own('map', lab.id('map', name));

    const events = await watch.events(5);
    expect(brief(events).sort()).toEqual([
      'map-create info wit_config',
      'map-create info wit_counts',
      'program-load info wit_filter',
      'program-load info wit_trace',
      'program-load info wit_xdp',
    ]);
    const load = events.find(({ details }) => (details.object as JsonObject).name === 'wit_xdp');
    expect(load?.details.actor).toMatchObject({
      pid: holderPid,
      comm: EVIL,
      uid: 0,
      exe: expect.stringContaining('perl'),
    });
    expect(load?.details.helpers).toEqual(['map_lookup_elem']);
    expect(load?.details.summary).toContain(EVIL);
    expect(printable(String(load?.details.summary))).toMatch(/was loaded by \\x1b\[31mevil \(pid \d+\)$/);

    const helpers = new Map(watch.inventory?.programs.map((program) => [program.name, program.helpers]));
    expect(helpers.get('wit_trace')).toEqual(['get_current_pid_tgid', 'ktime_get_ns', 'map_update_elem']);
    expect(helpers.get('wit_filter')).toEqual([]);
    expect(watch.inventory?.programs.find(({ name }) => name === 'wit_xdp')).toMatchObject({
      type: 'xdp',
      uid: 0,
      pinned: [lab.pin('wit_xdp')],
      owners: [{ pid: holderPid, comm: EVIL }],
      mapIds: [lab.id('map', 'wit_config'), lab.id('map', 'wit_counts')].sort((a, b) => a - b),
    });
    expect(watch.inventory?.maps.find(({ name }) => name === 'wit_config')).toMatchObject({
      frozen: false,
      maxEntries: 4,
    });
  });

  it('sees an XDP program attached, and its owner again', async () => {
    lab.attachXdp('wit_xdp');
    const events = await watch.events(1);
    expect(brief(events)).toEqual(['program-attach warning wit_xdp']);
    expect(events[0]?.details).toMatchObject({
      attachment: { type: 'xdp', target: 'lo' },
      actor: { pid: holderPid, comm: EVIL },
    });
  });

  it('sees a config map change and be frozen, and no other map', async () => {
    lab.update('wit_config', 0, 5);
    lab.update('wit_counts', 1, 5);
    const changed = await watch.events(1);
    expect(brief(changed)).toEqual(['config-change warning wit_config']);
    expect(changed[0]?.details.change).toMatchObject({ what: 'contents' });

    lab.freeze('wit_config');
    const frozen = await watch.events(1);
    expect(brief(frozen)).toEqual(['config-change info wit_config']);
    expect(frozen[0]?.details.change).toEqual({ what: 'frozen', from: false, to: true });
  });

  it('sees the owner lose and gain capabilities', async () => {
    const holder = await lab.hold('turncoat', 'wit_counts');
    watch.ids.add(`process ${holder.pid}`);
    await watch.look();
    await holder.tell('drop');
    const lost = await watch.events(1);
    expect(brief(lost)).toEqual(['capability-change info turncoat']);
    expect(lost[0]?.details.lost).toContain('cap_sys_admin');
    await holder.tell('regain');
    const gained = await watch.events(1);
    expect(brief(gained)).toEqual(['capability-change warning turncoat']);
    expect(gained[0]?.source).toBe('proc');
    await holder.end();
  });

  it('sees a link with its owner, and its end with it', async () => {
    lab.load('raw');
    watch.own('program', lab.id('prog', 'wit_raw'));
    const holder = await lab.hold('tracer', 'sys_enter=wit_raw');
    const events = await watch.events(2);
    expect(brief(events)).toEqual(['program-load info wit_raw', 'program-attach info wit_raw']);
    expect(events[1]?.details).toMatchObject({
      attachment: { type: 'raw_tracepoint', target: 'sys_enter', key: expect.stringMatching(/^link:\d+$/) },
      actor: { pid: holder.pid, comm: 'tracer' },
    });
    await holder.end();
    expect(brief(await watch.events(1))).toEqual(['program-detach info wit_raw']);
  });

  it('makes an error of a helper that acts on others', async () => {
    lab.load('signaller');
    watch.own('program', lab.id('prog', 'wit_signal'));
    const events = await watch.events(1);
    expect(brief(events)).toEqual(['program-load error wit_signal']);
    expect(events[0]?.details.dangerousHelpers).toEqual(['send_signal']);
  });

  it('tells programs that came and went between two looks', async () => {
    const short = new BpfLab();
    try {
      watch.notes.length = 0;
      for (let round = 0; round < 20; round += 1) {
        short.load('signaller');
        short.unpin('wit_signal');
      }
      short.load('raw');
      watch.own('program', short.id('prog', 'wit_raw'));
      await watch.events(1);
      const [note] = watch.notes;
      expect(note).toMatchObject({ type: 'program-load', severity: 'warning' });
      expect(note?.details.shortLived).toBeGreaterThanOrEqual(20);
    } finally {
      short.clean();
    }
    expect(brief(await watch.events(1))).toEqual(['program-unload info wit_raw']);
  });

  it('sees all of it detached, unloaded and deleted', async () => {
    lab.detachXdp();
    expect(brief(await watch.events(1))).toEqual(['program-detach info wit_xdp']);
    lab.clean();
    const events = await watch.events(7);
    expect(brief(events).sort()).toEqual([
      'map-delete debug wit_config',
      'map-delete debug wit_counts',
      'program-unload info wit_filter',
      'program-unload info wit_raw',
      'program-unload info wit_signal',
      'program-unload info wit_trace',
      'program-unload info wit_xdp',
    ]);
  });

  it('says what a process without the capabilities lacks', () => {
    const source = new URL('../../src/sources/live.ts', import.meta.url).href;
    const script = `import { liveSource } from ${JSON.stringify(source)};
try { await liveSource({ intervalMs: 50 }); console.log('opened'); }
catch (error) { console.log(error.name, error.kind, error.message); }`;
    // Still uid 0, so that it can read this checkout wherever that is; the rights are gone all the same.
    const printed = execFileSync(
      'setpriv',
      ['--inh-caps=-all', '--bounding-set=-all', process.execPath, 'eval', '--no-lock', script],
      { encoding: 'utf8', env: { ...process.env, DENO_DIR: '/nonexistent' } },
    );
    expect(printed.trim()).toBe(
      'SourceError tool not enough rights: listing BPF objects needs CAP_SYS_ADMIN, which uid 0 lacks; run it as root (sudo), on the host itself',
    );
  });
});
