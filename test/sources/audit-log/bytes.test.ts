import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuditHeader } from '../../../src/normalise/audit/header.ts';
import { mayBeBpfSyscall } from '../../../src/normalise/bpf-commands.ts';
import { ByteHeader } from '../../../src/sources/audit-log/byte-header.ts';
import { ByteNames } from '../../../src/sources/audit-log/byte-names.ts';
import { ByteSyscall } from '../../../src/sources/audit-log/byte-syscall.ts';
import { ByteWindow } from '../../../src/sources/audit-log/byte-window.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** The header as bytes say it, in the shape of the one that text gives. */
function readBytes(text: string, header = new ByteHeader()) {
  const before = encode('some line\n');
  const bytes = Uint8Array.from([...before, ...encode(text), 10, 58, 58]);
  const to = before.length + encode(text).length;
  if (!header.read(bytes, new DataView(bytes.buffer), before.length, to)) return null;
  const slice = (from: number, end: number) => new TextDecoder().decode(bytes.subarray(from, end));
  return {
    node: header.nodeTo === 0 ? null : slice(header.nodeFrom, header.nodeTo),
    type: slice(header.typeFrom, header.typeTo),
    time: header.time,
    serial: header.serial,
  };
}

function readText(text: string) {
  const header = parseAuditHeader(text);
  if (header === null) return null;
  const { node, type, time, serial } = header;
  return { node, type, time, serial };
}

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 17 });
const stamp = fc.tuple(digits, digits, digits).map(([a, b, c]) => `${a}.${b}:${c}`);
const name = fc.string({ unit: fc.constantFrom(...'ABZaz019_[]-.='), maxLength: 6 });

describe('ByteHeader', () => {
  it('reads what text gives', () => {
    fc.assert(
      fc.property(fc.option(name), name, stamp, fc.constantFrom('): a=b', ')', '', ' )'), (node, type, at, rest) => {
        const text = `${node === null ? '' : `node=${node} `}type=${type} msg=audit(${at}${rest}`;
        expect(readBytes(text)).toEqual(readText(text));
      }),
      { numRuns: 2000 },
    );
    expect(readBytes('type=BPF msg=audit(1707546943.213:164): x')).toEqual({
      node: null,
      type: 'BPF',
      time: 1_707_546_943_213,
      serial: 164,
    });
  });

  it('gives up, or reads the same, where a character is another', () => {
    const line = 'node=web1 type=SYSCALL msg=audit(1707546943.213:164): arch=c000003e';
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.integer({ min: 0, max: 0x2100 }), (at, code) => {
        const text = line.slice(0, at) + String.fromCharCode(code) + line.slice(at + 1);
        const found = readBytes(text);
        // What is not ASCII is left to whoever reads text.
        if (found === null && code > 127) return;
        expect(found).toEqual(readText(text));
      }),
      { numRuns: 2000 },
    );
    for (let length = 0; length < line.length; length += 1) {
      expect(readBytes(line.slice(0, length))).toEqual(readText(line.slice(0, length)));
    }
  });
});

describe('a ByteHeader that is used again', () => {
  it('is not misled by the stamp of the line before', () => {
    const near = fc.constantFrom(
      '1.0:1',
      '1.0:2',
      '1.00:1',
      '1.000:12',
      '12.000:1',
      '1.0:1)',
      '1700000000.123:45',
      '1700000000.123:46',
      '1700000001.123:45',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, near), { maxLength: 8 }), (lines) => {
        const header = new ByteHeader();
        for (const [type, at] of lines) {
          const text = `type=${type} msg=audit(${at}): a=b`;
          expect(readBytes(text, header)).toEqual(readText(text));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('ByteSyscall', () => {
  it('says what text says', () => {
    const syscall = new ByteSyscall();
    const value = fc.oneof(
      fc.integer({ min: 0, max: 400 }).map(String),
      fc.constantFrom('bpf', '1073742145', '', '0321', '321x', '99999'),
    );
    const text = fc.tuple(
      fc.constantFrom('): arch=c000003e', '', ' a=b c'),
      fc.constantFrom(' syscall=', ' sys=', 'syscall='),
      value,
      fc.constantFrom('', ' success=yes'),
    );
    fc.assert(
      fc.property(text, (parts) => {
        const line = parts.join('');
        const bytes = encode(`xx${line}yy`);
        expect(syscall.mayBeBpf(bytes, 2, bytes.length - 2)).toBe(mayBeBpfSyscall(line));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('ByteWindow', () => {
  it('finds every newline, wherever it lies, and passes over no bracket in silence', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(30),
        (first, second, drop) => {
          const tens = (bytes: Uint8Array) => bytes.map((byte) => (byte % 5 === 0 ? 10 : byte % 23 === 0 ? 40 : byte));
          const window = new ByteWindow();
          window.append(tens(first));
          const gone = Math.min(drop, first.length);
          window.drop(gone);
          window.append(tens(second));
          const all = [...tens(first), ...tens(second)].slice(gone);
          for (let from = 0; from <= all.length; from += 1) {
            const end = all.indexOf(10, from);
            window.passedBracket = false;
            expect(window.newline(from)).toBe(end);
            if (all.slice(from, end === -1 ? all.length : end).includes(40)) expect(window.passedBracket).toBe(true);
          }
          expect(window.base).toBe(gone);
        },
      ),
    );
  });

  it('says that lines without a bracket have none', () => {
    const window = new ByteWindow();
    window.append(encode(' arch=c000003e syscall=321 success=yes a0=5 comm="bpftool" key="bpf"\n'));
    expect(window.newline(0)).toBe(window.length - 1);
    expect(window.passedBracket).toBe(false);
  });

  it('keeps what it holds when it grows', () => {
    const window = new ByteWindow();
    window.append(encode('añb'));
    const { room } = window;
    window.grow();
    expect(window.room).toBeGreaterThan(room);
    expect(window.text(0, 4)).toBe('añb');
  });
});

describe('ByteNames', () => {
  it('makes a value once for each name, and again when there were too many between', () => {
    let made = 0;
    const names = new ByteNames((text) => {
      made += 1;
      return { text };
    });
    const get = (text: string) => names.get(encode(`(${text})`), 1, text.length + 1);
    expect(get('BPF')).toBe(get('BPF'));
    expect(get('FPB')).toEqual({ text: 'FPB' });
    expect(made).toBe(2);
    for (let index = 0; index < 20_000; index += 1) expect(get(`name${index}`).text).toBe(`name${index}`);
    expect(get('BPF')).toEqual({ text: 'BPF' });
    expect(made).toBe(20_003);
  });
});
