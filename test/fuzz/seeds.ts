import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { tarOf } from '../helpers/tar.ts';
import { CORPUS, FIXTURES } from '../sources/helpers.ts';

/** Something that parsers understand, to be changed. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A longer file gives its start: changes must stay near what is read. */
const MAX_SEED = 8 * 1024;

/** One seed for each format and spelling at the least; the public samples too where they are at hand. */
export function seeds(): readonly Seed[] {
  const demo = readFileSync(join(import.meta.dirname, '..', '..', 'demo', 'demo.capture.gz'));
  const files = [...filesIn(FIXTURES), ...filesIn(CORPUS)].map((path) => ({
    name: path.slice(path.lastIndexOf('/') + 1),
    bytes: readFileSync(path).subarray(0, MAX_SEED),
  }));
  const own = [
    ...Object.entries(TEXTS).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
    { name: 'capture', bytes: gunzipSync(demo).subarray(0, MAX_SEED) },
  ];
  const [first] = own;
  const packed = first === undefined ? [] : [{ name: 'gzip', bytes: gzipSync(first.bytes) }, ...archives(first.bytes)];
  return [...own, ...packed, ...files.filter(({ bytes }) => bytes.length > 0)];
}

/** What tools made of `raw`: `zstd -19`, `xz -9e`, and archives, one with the folders of a sosreport. */
function archives(raw: Uint8Array): readonly Seed[] {
  const tar = tarOf([
    { name: 'sosreport-web1/', type: '5' },
    { name: 'sosreport-web1/var/log/audit/audit.log', data: raw },
    { name: 'sosreport-web1/var/log/audit/audit.log.1', data: gzipSync(raw) },
    { name: 'sosreport-web1/hostname', data: 'web1\n' },
    { name: 'sosreport-web1/sos_commands/ebpf/bpftool_-j_prog_list', data: TEXTS.bpftool ?? '' },
    { name: 'sosreport-web1/sos_commands/kernel/sysctl_-a', data: 'kernel.unprivileged_bpf_disabled = 2\n' },
    { name: 'sosreport-web1/inner.tar', data: tarOf([{ name: 'a', data: raw }]) },
  ]);
  return [
    { name: 'tar', bytes: tar },
    { name: 'tar.gz', bytes: gzipSync(tar) },
    { name: 'zstd', bytes: Buffer.from(ZSTD, 'base64') },
    { name: 'xz', bytes: Buffer.from(XZ, 'base64') },
  ];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true })
      .map((each) => join(folder, String(each)))
      .filter((path) => statSync(path).isFile())
      .filter((path) => !/\.(?:o|c|tsv)$/.test(path))
      .sort();
  } catch {
    return [];
  }
}

const STAMP = 'msg=audit(1707546943.213:164)';
const SYSCALL =
  'arch=c000003e syscall=321 success=yes exit=5 a0=5 a1=7ffd a2=90 a3=0 items=0 ppid=1 pid=4242 auid=1000 uid=0 tty=pts0 ses=3 comm="x" exe="/usr/bin/x" key="bpf"';

const TEXTS: { readonly [name: string]: string } = {
  raw: `type=SYSCALL ${STAMP}: ${SYSCALL}\ntype=BPF ${STAMP}: prog-id=60 op=LOAD\ntype=PROCTITLE ${STAMP}: proctitle=2F7573722F62696E2F78002D76\ntype=EOE ${STAMP}: \ntype=BPF msg=audit(1707546949.000:170): prog-id=60 op=UNLOAD\n`,
  enriched: `node=web1 type=SYSCALL ${STAMP}: ${SYSCALL}\x1dARCH=x86_64 SYSCALL=bpf AUID="joe" UID="root"\nnode=web1 type=BPF ${STAMP}: prog-id=60 op=LOAD\n`,
  numbers: `type=UNKNOWN[1334] ${STAMP}: prog-id=76 op=LOAD\ntype=1334 ${STAMP}: prog-id=77 op=UNLOAD\n`,
  dmesg:
    '[   47.346237] audit: type=1334 audit(1709054805.960:8): prog-id=12 op=LOAD\n[   47.4] usb 1-1: new device\n[   48.1] kauditd_printk_skb: 23 callbacks suppressed\naudit: type=1334 audit(1709054806.960:30): prog-id=12 op=UNLOAD\n',
  journal:
    'Sep 21 14:59:10 host audit: BPF prog-id=75 op=LOAD\nSep 21 14:59:10 host audit[2871]: SYSCALL arch=c000003e syscall=321 success=yes exit=8 a0=5 pid=2871 comm="systemd" exe="/usr/lib/systemd/systemd"\nSep 21 14:59:11 host kernel: audit: type=1334 audit(1709054805.960:8): prog-id=75 op=UNLOAD\n',
  syslog: `Nov 17 12:18:00 Host1 audisp-syslog[1135]: type=BPF ${STAMP}: prog-id=60 op=LOAD\n`,
  interpreted: `----\ntype=PROCTITLE msg=audit(02/02/2026 09:48:37.569:882) : proctitle=/usr/bin/x -v \ntype=BPF msg=audit(02/02/2026 09:48:37.569:882) : prog-id=60 op=LOAD \ntype=SYSCALL msg=audit(02/02/2026 09:48:37.569:882) : arch=x86_64 syscall=bpf success=no exit=EPERM(Operation not permitted) a0=PROG_LOAD a1=0x7ffd items=0 pid=42 auid=unset uid=root comm=x exe=/usr/bin/x \n`,
  kinds: [
    `type=AVC ${STAMP}: avc:  denied  { prog_load } for  pid=7 comm="x" scontext=u:r:t:s0 tcontext=u:r:t:s0 tclass=bpf permissive=0`,
    `type=SECCOMP ${STAMP}: auid=1 uid=0 gid=0 ses=1 pid=3 comm="x" exe="/x" sig=31 arch=c000003e syscall=321 compat=0 ip=0x7f code=0x0`,
    `type=CONFIG_CHANGE ${STAMP}: auid=0 ses=1 op=remove_rule key="bpf" list=4 res=1`,
    `type=CAPSET ${STAMP}: pid=9 cap_pi=0 cap_pp=000001ffffffffff cap_pe=000001ffffffffff cap_pa=0`,
    `type=BPRM_FCAPS ${STAMP}: fver=2 fp=0 fi=0 fe=0 old_pp=0 old_pi=0 old_pe=0 new_pp=8000000000 new_pi=0 new_pe=8000000000`,
    `type=INTEGRITY_DATA ${STAMP}: pid=1 uid=0 op=appraise_data cause=invalid-hash comm="x" name="/x" dev="sda" ino=1 res=0`,
    `type=USER_CMD ${STAMP}: pid=4 uid=1000 auid=1000 ses=2 msg='cwd="/" cmd=6C73202D6C exe="/usr/bin/sudo" terminal=pts/0 res=success'`,
    `type=EXECVE ${STAMP}: argc=3 a0="sh" a1="-c" a2_len=9000 a2[0]=6C73 a2[1]=2D6C`,
    '',
  ].join('\n'),
  goAudit: `{"sequence":164,"timestamp":"1707546943.213","messages":[{"type":1300,"data":${JSON.stringify(SYSCALL)}},{"type":1334,"data":"prog-id=60 op=LOAD"}],"uid_map":{"0":"root"}}\n`,
  laurel: `{"ID":"1707546943.213:164","NODE":"web1","SYSCALL":{"arch":"0xc000003e","syscall":321,"success":"yes","exit":5,"a0":"0x5","pid":4242,"uid":0,"comm":"x","exe":"/usr/bin/x"},"BPF":{"prog-id":60,"op":"LOAD"},"PROCTITLE":{"ARGV":["x","-v"]}}\n`,
  journald: `{"__REALTIME_TIMESTAMP":"1707546943213000","_HOSTNAME":"web1","_TRANSPORT":"audit","_AUDIT_TYPE":"1334","_AUDIT_TYPE_NAME":"BPF","_AUDIT_ID":"164","_AUDIT_FIELD_PROG_ID":"60","_AUDIT_FIELD_OP":"LOAD","MESSAGE":"BPF prog-id=60 op=LOAD"}\n{"__REALTIME_TIMESTAMP":"1707546944213000","_TRANSPORT":"syslog","MESSAGE":"hello"}\n`,
  tetragon:
    '{"process_kprobe":{"process":{"pid":42,"uid":0,"binary":"/usr/bin/x","arguments":"-v"},"function_name":"security_bpf_prog_load","args":[{"bpf_attr_arg":{"ProgType":"BPF_PROG_TYPE_KPROBE","InsnCnt":12,"ProgName":"p"}}],"action":"KPROBE_ACTION_SIGKILL","policy_name":"bpf"},"node_name":"n1","time":"2024-02-10T06:35:43.213456789Z"}\n',
  tracee:
    '{"timestamp":1707546943213456789,"processId":42,"userId":0,"processName":"x","hostName":"h","eventName":"bpf_attach","args":[{"name":"prog_type","value":"BPF_PROG_TYPE_KPROBE"},{"name":"prog_name","value":"p"},{"name":"prog_id","value":60}]}\n',
  falco:
    '{"hostname":"h","rule":"BPF Program Not Profiled","priority":"Notice","time":"2024-02-10T06:35:43.213456789Z","output":"x","output_fields":{"evt.type":"bpf","proc.name":"x","proc.pid":42,"user.uid":0}}\n',
  kunai:
    '{"data":{"ancestors":"/sbin/init","command_line":"x","exe":{"path":"/usr/bin/x"},"id":60,"prog_type":{"id":2,"name":"BPF_PROG_TYPE_KPROBE"},"verified":true,"loaded":true},"info":{"host":{"hostname":"h"},"event":{"source":"kunai","id":21,"name":"bpf_prog_load"},"task":{"name":"x","pid":42,"uid":0},"utc_time":"2024-02-10T06:35:43.213456789Z"}}\n',
  bpftool:
    '[{"id":60,"type":"xdp","name":"p","tag":"a04f5eef06a7f555","gpl_compatible":true,"loaded_at":1700000000,"uid":0,"bytes_xlated":16,"jited":false,"map_ids":[1]}][{"id":1,"type":"hash","name":"m","flags":0,"bytes_key":4,"bytes_value":8,"max_entries":64,"frozen":0}]\n',
  net: '[{"xdp":[{"devname":"lo","ifindex":1,"mode":"generic","id":60}],"tc":[],"flow_dissector":["id":1434]}]\n',
  bpftoolText:
    '60: xdp  name p  tag a04f5eef06a7f555  gpl\n\tloaded_at 2024-02-10T06:35:43+0000  uid 0\n\txlated 16B  not jited  memlock 4096B  map_ids 1\n',
  torn: `type=CWD ${STAMP}: cwd="/rotype=BPF msg=audit(1707546943.215:165): prog-id=61 op=LOAD\nnode=a type=PATH ${STAMP}: name="/`,
  users: `Nov 17 12:18:00 h kernel: audit: type=1334 audit(1709054805.960:8): prog-id=75 op=LOAD\nNov 17 12:18:00 h joe: type=BPF ${STAMP}: prog-id=60 op=LOAD\n      audit: type=1334 audit(1.1:9): prog-id=75 op=UNLOAD\nNov 17 12:18:00 h kernel[7]: audit: type=1334 audit(1.1:9): op=UNLOAD\n`,
  docker: `{"log":"type=SYSCALL ${STAMP}: ${SYSCALL.replaceAll('"', '\\"')}\\ntype=BPF ${STAMP}: prog-id=60 op=LOAD\\n","stream":"stdout","time":"2024-02-10T06:35:43.2Z"}\n`,
  sysctl: 'kernel.unprivileged_bpf_disabled = 2\nnet.core.bpf_jit_harden = 0\nkernel.kptr_restrict = 1\n',
  hooks: [
    '{"format":"bpfwitness-capture","version":1,"host":"h","startedAt":1700000000000,"tool":"0.1.0"}',
    JSON.stringify({
      n: 0,
      snapshot: {
        ...{ time: 1_700_000_000_000, host: 'h', boot: null, kernel: null, bpftoolVersion: null, problems: [] },
        ...{ link: [], perf: [{ pid: 7, fd: 5, prog_id: 2, fd_type: 'uprobe', filename: '/bin/sh', offset: 16 }] },
        tracing: {
          enabledFunctions:
            'vfs_read (2) R   D   \ttramp: ftrace_trampoline+0x0/0x1000 [__builtin__ftrace] (hook+0x0/0x40 [m]) ->ftrace_ops_assist_func+0x0/0xf0\tsubops: {ent:fprobe_entry+0x0/0x2 ret:fprobe_return+0x0/0x1}\n\tdirect-->bpf_trampoline_6442515981_1+0x0/0xf2\n',
          kprobeEvents: 'r16:probe/read vfs_read+16 a=%ax\n',
          uprobeEvents: 'p:probe/sh /bin/sh:0x0000000000000010(0x20) a=%ax\n',
          dynamicEvents: 'f:fprobes/x vfs_read%return\nt:tp/y sched_switch\n',
        },
      },
    }),
    '',
  ].join('\n'),
  events:
    '{"id":"018d9188-0f6d-7000-8000-000000000001","time":1707546943213,"type":"program-load","severity":"warning","source":"audit","host":"h","details":{"summary":"x"},"evidence":[]}\n',
};

const ZSTD =
  'KLUv/QRoVQYA0o0rGEDbAYipNUFKZOkM51+rFNoWY/pUNAkAAYD0WFSVOXMddy8a6bGoR8/25T2RAM8UnS4ICD6UC77FYwesYYqckebVCB6zuAM2+LI8u0Y+49yeVfRbVW1vd1+3PpIj6fueiKLtn0usiu2PbO3NH1t738f89a2VV0UWd8bt54y7bs19D+RJcutymxsj3n3YpVs7Q7JcB7lHgSTNkiiMM1dQRW/dHsxlU9QTYRr2GG3VCQBgPrzeYWnY1dPIZok8M0xS4hEl3gQACvE86vE=';

const XZ =
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4AFDANRdADoeSkQDezxRs9X6kbj/VBYF4b3CykApKeZkpfdf1OhkCxpG8iN1lRki6IPQgLM+9xAXg7Av4VodhM5skqtS8R9tOcTSEaPpw2MKw/uBaBBxaXI21OndTbEOIHAKQG5wVbVi6t5nubnqXdHJ9TqPFc06QUcjk5lsnssPWYgr5O3RZAyzXBFM6p8BmBIgUG3vAf1tMw53R2MIscBxNYVF+0GeSFw63F7kPu6oJzZDw8ThXaMn25KWt0C7hP0iliMg+Qthx2wvd9spUmth9oRdoW3vIW8AAKPOoNkrsYJNAAHwAcQCAABLSQwRscRn+wIAAAAABFla';
