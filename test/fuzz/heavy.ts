import { gzipSync } from 'node:zlib';
import { paxOf, tarOf } from '../helpers/tar.ts';

/** `unpacked`: bytes that it unpacks to, where those are many more than it has. */
interface Heavy {
  readonly name: string;
  readonly make: () => Uint8Array;
  readonly unpacked?: number;
}

/** Inputs that are large or deep on purpose: what a flipped bit does not make. */
export const HEAVY: readonly Heavy[] = [
  {
    name: 'one audit event of a million records',
    make: () => encode('type=PATH msg=audit(1707546943.213:164): item=0 name="/x"\n'.repeat(1_000_000)),
  },
  {
    name: 'one audit event of 200,000 BPF records',
    make: () => encode('type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD\n'.repeat(200_000)),
  },
  {
    name: 'an audit record of 64 MiB',
    make: () => encode(`type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD ${'a'.repeat(64 * 2 ** 20)}\n`),
  },
  {
    name: 'an EXECVE of 70,000 arguments',
    make: () => {
      const words = Array.from({ length: 70_000 }, (_, i) => `a${i}=6C73`).join(' ');
      return encode(
        `type=EXECVE msg=audit(1.1:1): argc=70000 ${words}\ntype=BPF msg=audit(1.1:1): prog-id=1 op=LOAD\n`.repeat(8),
      );
    },
  },
  {
    name: 'a record of a million fields',
    make: () => encode(`type=BPF msg=audit(1.1:1): ${'a=b '.repeat(1_000_000)}\n`),
  },
  {
    name: 'a clock that runs back with every event',
    make: () =>
      encode(
        Array.from(
          { length: 200_000 },
          (_, i) => `type=BPF msg=audit(${900_000 - i}.000:${i}): prog-id=${i} op=LOAD`,
        ).join('\n'),
      ),
  },
  {
    name: 'two hosts whose clocks differ by decades, line by line',
    make: () =>
      encode(
        Array.from({ length: 40_000 }, (_, i) => {
          const time = i % 2 === 0 ? 1_000_000 + i : 1_794_000_000 + i;
          return `node=lab${i % 2} type=BPF msg=audit(${time}.876:${i}): prog-id=${i} op=LOAD`;
        }).join('\n'),
      ),
  },
  {
    name: 'gzip of 700 lines of a megabyte that say nothing',
    unpacked: 700 * 2 ** 20,
    make: () => {
      const line = gzipSync(encode(`${'x'.repeat(2 ** 20 - 64)}\n`));
      const first = gzipSync(encode('type=BPF msg=audit(1.1:1): prog-id=1 op=LOAD\n'));
      return Buffer.concat([first, ...Array.from({ length: 700 }, () => line)]);
    },
  },
  {
    name: 'gzip of 700 events of a megabyte',
    unpacked: 700 * 2 ** 20,
    make: () =>
      Buffer.concat(
        Array.from({ length: 700 }, (_, i) =>
          gzipSync(encode(`type=BPF msg=audit(${i}.1:${i}): prog-id=${i} op=LOAD comm="${'x'.repeat(1_000_000)}"\n`)),
        ),
      ),
  },
  { name: 'JSON 200,000 deep', make: () => encode('{"process_kprobe":'.repeat(200_000)) },
  { name: 'lists 500,000 deep', make: () => encode('['.repeat(500_000)) },
  {
    name: 'a bpftool listing of 100,000 programs',
    make: () => encode(`[${'{"id":1,"type":"xdp","tag":"a04f5eef06a7f555","bytes_xlated":8},'.repeat(100_000)}{}]`),
  },
  { name: '4 MiB of zeros', make: () => new Uint8Array(4 * 2 ** 20) },
  {
    name: '2,000,000 empty lines',
    make: () => encode(`type=BPF msg=audit(1.1:1): prog-id=1 op=LOAD${'\n'.repeat(2_000_000)}`),
  },
  {
    name: 'a torn line of 30,000 records',
    make: () => encode('type=BPF msg=audit(1.1:1): x'.repeat(30_000)),
  },
  {
    name: 'an event of 300,000 records of types that take turns',
    make: () =>
      encode(Array.from({ length: 300_000 }, (_, i) => `type=T${(i * i) % 997} msg=audit(1.1:1): a=b\n`).join('')),
  },
  {
    name: '200,000 lines that users wrote',
    make: () =>
      encode(
        `Nov 17 12:18:00 h kernel: audit: type=1334 audit(1.1:1): op=LOAD\n${'Nov 17 12:18:00 h joe: type=BPF msg=audit(1.1:1): a\n   audit: type=1334 audit(1.1:1): a\n'.repeat(100_000)}`,
      ),
  },
  {
    name: '100,000 equal lines of a journal',
    make: () => encode('2021-09-21T14:59:10Z host audit: BPF prog-id=0 op=UNLOAD\n'.repeat(100_000)),
  },
  {
    name: 'a tar of 150,000 empty files of one name',
    unpacked: 150_000 * 512,
    make: () => {
      const file = tarOf([{ name: 'e' }]).subarray(0, 512);
      return gzipSync(Buffer.concat(Array.from({ length: 150_000 }, () => file)));
    },
  },
  {
    name: 'a tar of 300 headers for all that follows',
    make: () => {
      const header = (at: number) =>
        tarOf([
          {
            name: 'g',
            type: 'g',
            data: paxOf(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${at}.${i}`, 'v']))),
          },
        ]).subarray(0, -1024);
      return Buffer.concat([...Array.from({ length: 300 }, (_, at) => header(at)), tarOf([{ name: 'x', data: 'y' }])]);
    },
  },
  {
    name: 'a capture of what hooks functions, brackets without end',
    make: () => {
      const pieces = ['(', '(a ', '{ent:', '{a', '->', 'a+0x', ' [', '[x] '].map((piece) => piece.repeat(500_000));
      const enabledFunctions = pieces.map((piece) => `x (1)  ${piece}\n`).join('');
      const uprobeEvents = [' ', ':0x', '+1', '%return'].map((piece) => `p:a /${piece.repeat(500_000)}\n`).join('');
      const snapshot = {
        ...{ time: 1, host: 'h', boot: null, kernel: null, bpftoolVersion: null, problems: [], link: [], perf: [] },
        tracing: { enabledFunctions, kprobeEvents: '', uprobeEvents, dynamicEvents: uprobeEvents },
      };
      const head = '{"format":"bpfwitness-capture","version":1,"host":"h","startedAt":1,"tool":"0.1.0"}';
      return encode(`${head}\n${JSON.stringify({ n: 0, snapshot })}\n`);
    },
  },
  { name: 'gzip of a gigabyte of zeros, four times', make: () => bomb(4) },
  {
    name: 'gzip of 256 MiB of one line',
    unpacked: 2 ** 28,
    make: () => {
      const block = gzipSync(encode(`type=BPF msg=audit(1.1:1): ${'a'.repeat(16 * 2 ** 20)}`));
      return Buffer.concat(Array.from({ length: 16 }, () => block));
    },
  },
];

/** Zeros packed so often. */
function bomb(layers: number): Uint8Array {
  let packed: Uint8Array = Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(16 * 2 ** 20))));
  for (let layer = 1; layer < layers; layer += 1) packed = gzipSync(packed);
  return packed;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
