import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordTypeName } from '../../../src/normalise/audit/types.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { memoryInput } from '../../../src/sources/bytes.ts';
import { CORPUS, collect, FIXTURES } from '../helpers.ts';

async function countsOf(text: string) {
  const source = auditLogSource([memoryInput('log', new TextEncoder().encode(text))]);
  const observations = await collect(source);
  const unreadable = observations.filter(({ kind }) => kind === 'unreadable').length;
  const { records = {}, lines = 0 } = source.facts()[0] ?? {};
  return { records, lines, unreadable };
}

/** What grep finds: lines as auditd writes them, and as the kernel prints them. */
function grepped(text: string): { readonly [type: string]: number } {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const type = /type=(\S+) (?:msg=)?audit\(\d/.exec(line)?.[1];
    if (type === undefined) continue;
    const name = recordTypeName(type);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

const FILES = [join(CORPUS, 'audit'), join(FIXTURES, 'audit')].flatMap((folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /(?:raw|enriched|elastic.*)\.log$/.test(name))
        .map((name) => join(folder, name))
    : [],
);

describe('records by type', () => {
  it.skipIf(!existsSync(CORPUS))('has the public samples', () => expect(FILES.length).toBeGreaterThanOrEqual(6));

  it.each(FILES)('are as many as grep finds in %s', async (path) => {
    const text = readFileSync(path, 'utf8');
    const { records } = await countsOf(text);
    expect(records).toEqual(grepped(text));
  });

  it.skipIf(!existsSync(CORPUS))('are as many as were counted by hand', async () => {
    const rows = readFileSync(join(CORPUS, 'COUNTS.tsv'), 'utf8')
      .split('\n')
      .map((row) => row.split('\t'))
      .filter(([file]) => file?.startsWith('audit/') === true);
    expect(rows.length).toBeGreaterThan(10);
    for (const [file = '', type = '', count] of rows) {
      const { records } = await countsOf(readFileSync(join(CORPUS, file), 'utf8'));
      expect(`${file} ${type} ${records[recordTypeName(type)]}`).toBe(`${file} ${type} ${count}`);
    }
  });
});

/** One line each, none of which goes on with the one before, and how many records it is. */
const LINES = fc.constantFrom(
  'type=BPF msg=audit(1632236350.960:8): prog-id=75 op=LOAD',
  'node=a type=SYSCALL msg=audit(1632236350.960:8): arch=c000003e syscall=321 success=yes exit=3 a0=5 pid=7',
  'type=CWD msg=audit(1632236350.961:9): cwd="/"',
  'type=UNKNOWN[1334] msg=audit(1632236350.961:9): prog-id=76 op=UNLOAD',
  'type=1400 msg=audit(1632236350.961:10): x=y',
  '[   47.346237] audit: type=1334 audit(1632236350.964:12): prog-id=16 op=LOAD',
  '[   48.000000] usb 1-1: new device',
  '[   48.000000] kauditd_printk_skb: 23 callbacks suppressed',
  'Sep 21 14:59:10 host kernel: audit: type=1334 audit(1632236350.964:13): prog-id=17 op=LOAD',
  'Sep 21 14:59:10 host audit: BPF prog-id=18 op=LOAD',
  'Sep 21 14:59:10 host sshd[4]: hello',
  'Sep 21 14:59:10 host joe: type=BPF msg=audit(1632236350.964:14): prog-id=17 op=LOAD',
  'type=BPF msg=audit(02/28/2021 09:48:37.569:882) : prog-id=8',
  '----',
  'type=BPF msg=audit(1632236350.',
  'words',
  '\u001b[2J\u0000',
);

describe('every line', () => {
  it('is a record, a line of another kind, or unreadable', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(LINES, { maxLength: 60 }), async (lines) => {
        const { records, unreadable, lines: read } = await countsOf(lines.map((line) => `${line}\n`).join(''));
        const counted = Object.values(records).reduce((sum, count) => sum + count, 0);
        expect(read).toBe(lines.length);
        expect(counted + unreadable).toBe(lines.length);
      }),
      { numRuns: 300 },
    );
  });
});
