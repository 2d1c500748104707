import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { SymbolRun } from '../../src/normalise/unlisted-symbols.ts';
import { HelperCache } from '../../src/sources/bpftool/helper-cache.ts';
import { runListings } from '../../src/sources/bpftool/run.ts';
import { SymbolWatch } from '../../src/sources/bpftool/symbol-watch.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { readKallsyms } from '../../src/sources/proc/kallsyms.ts';
import { readSettings } from '../../src/sources/proc/settings.ts';
import { type Script, startScript, whyNotLive } from '../helpers/bpf.ts';
import { Churn } from '../helpers/churn.ts';
import { bpfwitness } from '../helpers/cli.ts';
import { scriptedTool } from '../helpers/fake-tool.ts';

/** BPFWITNESS_POLLS=1000 takes two minutes. */
const POLLS = Number(process.env.BPFWITNESS_POLLS ?? 60);

const skipped = whyNotLive() ?? whyNoSymbols();

function whyNoSymbols(): string | null {
  const { 'net.core.bpf_jit_harden': harden, 'net.core.bpf_jit_kallsyms': shown } = readSettings();
  const reason = harden === '0' && shown === '1' ? null : 'the kernel shows no symbols of programs';
  if (reason !== null) console.warn(`tests of symbols skipped: ${reason}`);
  return reason;
}

const [BPFTOOL = ''] = findExecutables('bpftool');

async function listPrograms(): Promise<readonly JsonObject[]> {
  return (await runListings(BPFTOOL, ['prog'])).answers.get('prog')?.elements ?? [];
}

/** Looks at programs and symbols each time, as a host is looked at now and then. */
class Looks {
  readonly #helpers = new HelperCache(BPFTOOL);
  readonly #watch = new SymbolWatch(readKallsyms, 0);
  readonly #run = new SymbolRun();
  last: Snapshot['symbols'];

  async next(hides: (program: JsonObject) => boolean = () => false) {
    const programs = (await listPrograms()).filter((program) => !hides(program));
    await this.#helpers.read(programs, new AbortController().signal, []);
    const look = { programs, time: Date.now(), settings: readSettings() };
    const subprograms = (program: JsonObject) => this.#helpers.subprograms(program);
    const idsNow = async () => new Set((await listPrograms()).map(({ id }) => id));
    this.last = await this.#watch.look({ ...look, subprograms, idsNow }, []);
    return this.#run.see({
      ...{ time: look.time, host: 'here', boot: null, kernel: null, bpftoolVersion: null, problems: [] },
      prog: programs,
      ...(this.last && { symbols: this.last }),
    });
  }
}

describe.skipIf(skipped !== null)('symbols of this kernel', () => {
  let held: Script[] = [];
  beforeEach(() => {
    held = [];
  });
  afterEach(async () => {
    for (const each of held) await each.end();
  });
  const hold = async (name: string, functions: number) =>
    held.push(await startScript('functions.pl', [name, String(functions)]));

  it('are as many as the listed programs have functions', async () => {
    const before = new Looks();
    await before.next();
    await hold('wit_one', 1);
    await hold('wit_five', 5);
    const looks = new Looks();
    expect(await looks.next()).toBeNull();
    expect(looks.last?.subprograms).toBe((before.last?.subprograms ?? 0) + 4);
    expect(looks.last?.unlisted).toHaveLength(looks.last?.subprograms ?? -1);
  });

  it('tell of a program that the listing hides, of one function or of many', async () => {
    await hold('wit_seen', 3);
    await hold('wit_hidden', 2);
    const looks = new Looks();
    const hides = ({ name }: JsonObject) => name === 'wit_hidden';
    for (const looked of [1, 2, 3]) {
      const found = await looks.next(hides);
      expect(found?.looks).toBe(looked);
      expect(found?.names.some((name) => name.endsWith('_wit_hidden'))).toBe(true);
      // The two others of the one that is seen, and those of the one that is not.
      expect((found?.names.length ?? 0) - (found?.explained ?? 0)).toBe(2);
    }
  });

  it('make a verdict of a single run of the program', async () => {
    await hold('wit_hidden', 1);
    const hidden = (await listPrograms()).find(({ name }) => name === 'wit_hidden');
    const tool = scriptedTool('hiding-bpftool.pl', { HIDE: `prog:${String(hidden?.id)}`, BPFTOOL });
    const args = ['check', '--live', '--interval', '300ms', '--bpftool', tool.path];
    const { stdout } = await bpfwitness(args).finally(() => tool.remove());
    expect(stdout).toMatch(/\[FAIL\] Hidden Objects/);
    expect(stdout).toMatch(
      /bpf_prog_[0-9a-f]{16}_wit_hidden is in \/proc\/kallsyms, and no program with this tag is listed/,
    );
  });

  it('raise no alarm on a busy honest host', { timeout: 20_000 + POLLS * 500 }, async () => {
    const churn = new Churn(3);
    const seen = { polls: 0, odd: 0, twice: 0, most: 0 };
    try {
      const looks = new Looks();
      for (; seen.polls < POLLS; seen.polls += 1) {
        const found = await looks.next();
        if (found !== null) seen.odd += 1;
        if (found?.looks === 2) seen.twice += 1;
        seen.most = Math.max(seen.most, found?.looks ?? 0);
      }
    } finally {
      console.log(JSON.stringify({ made: await churn.stop(), seen }));
    }
    expect(seen.most).toBeLessThan(3);
  });
});
