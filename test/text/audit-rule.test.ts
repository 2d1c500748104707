import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuditRule } from '../../src/text/audit-rule.ts';

describe('a rule as auditctl -l prints it', () => {
  it.each([
    ['-a always,exit -F arch=b64 -S execve,bpf -F key=x', 'exit', 'always', ',execve,bpf,', 'b64', ''],
    ['-a exit,always -S bpf -k x', 'exit', 'always', ',bpf,', null, ''],
    ['-a never,exit -F arch=b32 -S bpf', 'exit', 'never', ',bpf,', 'b32', ''],
    ['-a always,exit -S all -F path=/bin/su -F auid>=1000', 'exit', 'always', ',all,', null, 'path=/bin/su,auid>=1000'],
    ['-a always,exclude -F msgtype=BPF', 'exclude', 'always', ',all,', null, 'msgtype=BPF'],
    ['-w /etc/passwd -p wa -k x', '', '', ',all,', null, '/etc/passwd,wa'],
    ['-a never,task', 'task', 'never', ',all,', null, ''],
  ])('%s', (text, list, action, calls, arch, narrowed) => {
    expect(parseAuditRule(text)).toEqual({ list, action, calls, arch, narrowed });
  });

  it('may name more calls than a function takes arguments', () => {
    expect(parseAuditRule(`-a always,exit -S ${'bpf,'.repeat(200_000)}`).calls).toHaveLength(800_002);
  });

  it('is read whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseAuditRule(text).calls === 'string'));
  });
});
