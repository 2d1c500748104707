import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { toInventory } from '../../../src/normalise/inventory.ts';
import { parseBpftoolJson } from '../../../src/sources/bpftool/json.ts';

/** One host at one moment, as three versions of bpftool show it: see the README beside them. */
const FOLDER = new URL('../../fixtures/bpftool/links/', import.meta.url);

function attachments(version: string): readonly string[] {
  const texts = JSON.parse(readFileSync(new URL(`${version}.json`, FOLDER), 'utf8')) as {
    readonly [part: string]: string;
  };
  const listings = Object.fromEntries(
    Object.entries(texts).map(([part, text]) => {
      const { documents } = parseBpftoolJson(text);
      return [part, documents.flat() as JsonObject[]];
    }),
  );
  const { inventory, malformed } = toInventory({
    ...{ time: 0, host: 'h', boot: null, kernel: null, bpftoolVersion: version, problems: [] },
    ...listings,
  });
  expect(malformed).toEqual([]);
  const names = new Map(inventory.programs.map(({ id, name }) => [id, name]));
  return inventory.attachments
    .map(({ type, target, programId }) => `${names.get(programId ?? 0)}: ${type} ${target}`)
    .sort();
}

const SAID = [
  'wit_cgroup: cgroup /sys/fs/cgroup/unified/probed cgroup_inet_ingress',
  'wit_clock: perf_event 6:0',
  'wit_ioctl: uprobe /run/probed+0x2400',
  'wit_lookup: netns netns 4026531833 sk_lookup',
  'wit_multi: uprobe_multi /run/probed',
  'wit_netfilter: netfilter 2/4 prio -100',
  'wit_tcx: tcx lo tcx_ingress',
  'wit_tracepoint: tracepoint sys_enter_openat',
  'wit_uprobe: uprobe /run/probed+0x2000',
  'wit_uretprobe: uretprobe /run/probed+0x2000',
  'wit_xdp: xdp lo',
];

describe('links as three versions of bpftool show them', () => {
  it.each(['7.5.0', '7.8.0'])('are all told by %s', (version) => {
    expect(attachments(version)).toEqual(SAID);
  });

  it('are told by 7.1.0 but for what it does not know of', () => {
    const known = new Map([
      ['wit_clock: perf_event 6:0', 'wit_clock: perf_event '],
      ['wit_multi: uprobe_multi /run/probed', 'wit_multi: uprobe_multi '],
      ['wit_netfilter: netfilter 2/4 prio -100', 'wit_netfilter: netfilter '],
      ['wit_tcx: tcx lo tcx_ingress', 'wit_tcx: tcx '],
    ]);
    expect(attachments('7.1.0')).toEqual(SAID.map((said) => known.get(said) ?? said));
  });
});
