/**
 * Looks at this host with many programs and maps, beside the same commands of bpftool and auditctl alone in the same
 * run. `deno run -A scripts/bench/live.ts [PROGRAMS] [MAPS] [LOOKS]`, as root with bpftool; it says so when it cannot
 * run. What it loads is gone afterwards, also on ctrl-c.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { DEFAULT_PROFILE } from '../../src/checks/profiles.ts';
import { DEFAULT_LEARN_MS, DEFAULT_MAX_EVENTS, DEFAULT_WINDOW_MS, type EngineConfig } from '../../src/engine/config.ts';
import { openPipeline } from '../../src/engine/open-pipeline.ts';
import { findBpftool } from '../../src/sources/bpftool/find.ts';
import { LISTINGS } from '../../src/sources/bpftool/run.ts';
import { liveSource } from '../../src/sources/live.ts';
import { findAuditctl } from '../../src/sources/proc/audit-status.ts';
import { whyNotLive } from '../../test/helpers/bpf.ts';
import { Crowd, type Ids } from './crowd.ts';

/** One piece of work: its wall time, CPU time of this process and of those that it ran, in ms, and objects made. */
interface Cost {
  readonly wall: number;
  readonly own: number;
  readonly children: number;
  readonly made: Ids;
}

/** What the source asks for, unless cgroups are wanted too. */
const LISTINGS_OF_A_LOOK = ['prog', 'map', 'link', 'net', 'perf'] as const;

const [programs = 500, maps = 1000, looks = 20] = process.argv.slice(2).map(Number);
const skipped = whyNotLive();
const bpftool = await findBpftool();
if (skipped !== null || bpftool === null) console.log(`live: skipped, ${skipped ?? 'no bpftool'}`);
else {
  const crowd = new Crowd(bpftool.path);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      crowd.clean();
      process.exit(1);
    });
  }
  try {
    crowd.fill(programs, maps);
    await bench(crowd, bpftool.path);
    const loads = bpftool.skeletons === false ? 'none' : 'iterators that find who holds what';
    console.log(`what bpftool ${bpftool.version} itself loads to list: ${loads} (its feature "skeletons")`);
  } finally {
    crowd.clean();
  }
}

async function bench(crowd: Crowd, path: string): Promise<void> {
  const config: EngineConfig = {
    input: {
      mode: 'live',
      live: { pollMs: 1, bpftool: path, cgroups: false, watchConfigMaps: false, countEntries: false, auditLog: null },
    },
    profile: DEFAULT_PROFILE,
    maxEvents: DEFAULT_MAX_EVENTS,
    stateDir: null,
    windowMs: DEFAULT_WINDOW_MS,
    learnMs: DEFAULT_LEARN_MS,
    alertLog: null,
  };
  const pipeline = await openPipeline(config);
  const source = await liveSource({ intervalMs: 1, bpftool: path, maxSnapshots: 2 * looks + 1 });
  const batches = source.observations(new AbortController().signal)[Symbol.asyncIterator]();
  const look = async () => {
    const { value } = await batches.next();
    pipeline.ingest(value ?? []);
    pipeline.store.flush();
  };
  const auditctl = findAuditctl();
  const input = LISTINGS_OF_A_LOOK.map((listing) => `${LISTINGS[listing].join(' ')}\n`).join('');
  const alone = async () => {
    spawnSync(path, ['-j', '-f', '-n', 'batch', 'file', '-'], { input, maxBuffer: 2 ** 28 });
    if (auditctl !== null) for (const flag of ['-s', '-l']) spawnSync(auditctl, [flag]);
  };
  const first = await costOf(crowd, look);
  const [floors, quiet, changed, nothing]: [Cost[], Cost[], Cost[], Cost[]] = [[], [], [], []];
  for (let i = 0; i < looks; i += 1) {
    floors.push(await costOf(crowd, alone));
    quiet.push(await costOf(crowd, look));
    crowd.change();
    changed.push(await costOf(crowd, look));
    nothing.push(await costOf(crowd, async () => {}));
  }
  const there = pipeline.inventory;
  await pipeline.store.close();

  const floor = medianWall(floors);
  console.log(`${looks} looks of each kind at ${there?.programs.length} programs and ${there?.maps.length} maps`);
  print('bpftool and auditctl alone (the floor)', `${floor.toFixed(0)} ms`);
  print('the first look, with a dump of each program', `${first.wall.toFixed(0)} ms, ${cpuOf([first])}`);
  for (const [name, costs] of [
    ['a look where nothing changed', quiet],
    ['a look where programs and maps came or went', changed],
  ] as const) {
    const slowest = Math.max(...costs.map(({ wall }) => wall));
    print(name, `${againstFloor(medianWall(costs), floor)}; the slowest ${slowest.toFixed(0)} ms`);
    print('  of that', `${cpuOf(costs)} (wanted: less than 1)`);
  }
  for (const kind of ['programs', 'maps'] as const) {
    // Others make objects on this host as well, but not at each look: the least is what looking needs.
    const least = (costs: readonly Cost[]) => Math.min(...costs.map(({ made }) => made[kind]));
    const [ours, theirs] = [quiet, floors].map((costs) => least(costs) - least(nothing));
    print(`${kind} made by a look`, `${ours}, by bpftool alone ${theirs}`);
  }
}

async function costOf(crowd: Crowd, work: () => Promise<void>): Promise<Cost> {
  const before = crowd.probe();
  const ticks = cpu();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const used = cpu();
  const after = crowd.probe();
  return {
    wall,
    own: used.own - ticks.own,
    children: used.children - ticks.children,
    made: { programs: after.programs - before.programs, maps: after.maps - before.maps },
  };
}

/**
 * CPU time in ms of this process and of the children it has waited for: proc(5), /proc/PID/stat, fields 14 to 17.
 * USER_HZ is 100 on every Linux that this runs on, so only sums over many looks say something.
 */
function cpu(): { own: number; children: number } {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map((field) => Number(field) * 10);
  return { own: (fields[11] ?? 0) + (fields[12] ?? 0), children: (fields[13] ?? 0) + (fields[14] ?? 0) };
}

function medianWall(costs: readonly Cost[]): number {
  return costs.map(({ wall }) => wall).sort((a, b) => a - b)[costs.length >> 1] ?? 0;
}

function againstFloor(wall: number, floor: number): string {
  const beyond = `${(wall - floor).toFixed(0)} ms beyond it (wanted: less than 300)`;
  return `${wall.toFixed(0)} ms, ${(wall / floor).toFixed(1)} x the floor, ${beyond}`;
}

function cpuOf(costs: readonly Cost[]): string {
  const [own, children] = [mean(costs, 'own'), mean(costs, 'children')];
  return `CPU ${own.toFixed(0)} ms ours, ${children.toFixed(0)} ms that of bpftool and auditctl: ${(own / children).toFixed(2)} x`;
}

function mean(costs: readonly Cost[], what: 'own' | 'children'): number {
  return costs.reduce((sum, cost) => sum + cost[what], 0) / costs.length;
}

function print(name: string, value: string): void {
  console.log(`${name}: ${value}`);
}
