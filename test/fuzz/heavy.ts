/** Inputs that are large or deep on purpose: what a flipped bit does not make. */
export const HEAVY: readonly { readonly name: string; readonly make: () => Uint8Array }[] = [
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
];

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
