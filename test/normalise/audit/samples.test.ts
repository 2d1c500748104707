import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditEvents } from '../../../src/normalise/audit/events.ts';
import { viewGroup } from '../../../src/normalise/audit/group.ts';
import { CORPUS } from '../../sources/helpers.ts';
import { groupsIn, told } from './groups.ts';

/** Public samples, beside the checkout where they are there at all; records inside YAML stand at an indent. */
function sample(folder: string, name: string): string {
  return readFileSync(join(CORPUS, folder, name), 'utf8').replaceAll(/^ +/gm, '');
}

/** Events of the records in a text, which may hold several logs that number from the same serial. */
const eventsIn = (name: string, text: string) =>
  groupsIn(name, text).flatMap((group) => told(auditEvents(viewGroup(group, 'h')).events));

describe.skipIf(!existsSync(CORPUS))(
  'public samples, which are skipped where they are not beside this checkout',
  () => {
    it.each([
      ['audit', 'elastic_go-libaudit__auparse_testdata_audit-rhel6.log', []],
      [
        'audit',
        'elastic_go-libaudit__auparse_testdata_audit-ubuntu16.log',
        ['access-denied info: AppArmor denied metricbeat (pid 5571) ptrace on unconfined'],
      ],
      [
        'audit',
        'elastic_go-libaudit__auparse_testdata_test3.log',
        ['policy-violation warning: seccomp killed sshd (pid 11217, uid 22) for system call 132 (arch 40000003)'],
      ],
      ['audit', 'elastic_go-libaudit__testdata_out_of_order.log', []],
      [
        'audit-yaml',
        'elastic_go-libaudit__aucoalesce_testdata_random-internet.yaml',
        ['security-alert info: httpd (pid 31242, uid 48) ended by signal 11'],
      ],
      [
        'audit-yaml',
        'elastic_go-libaudit__aucoalesce_testdata_ubuntu-16.10-linux-4.8.0.yaml',
        [
          'security-alert warning: ifconfig (pid 1926, uid 0): ens4 left promiscuous mode',
          'config-change info: iptables (pid 9709, uid 0): packet filter table filter was changed',
          'config-change info: an audit rule with key auth on /etc/gshadow was updated',
          'config-change error: an audit rule with key key=container-create was removed',
        ],
      ],
      ['audit-yaml', 'elastic_go-libaudit__aucoalesce_testdata_ubuntu-21.10-linux-5.13.yaml', []],
    ])('%s/%s', (folder, name, events) => expect(eventsIn(name, sample(folder, name))).toEqual(events));

    it('make no event, or are counted, record by record', () => {
      for (const folder of ['audit', 'audit-yaml']) {
        for (const name of readdirSync(join(CORPUS, folder))) {
          for (const group of groupsIn(name, sample(folder, name))) {
            const { events, unmapped } = auditEvents(viewGroup(group, 'h'));
            expect(events.length + unmapped.length, `${name} ${group.serial}`).toBeGreaterThan(0);
          }
        }
      }
    });
  },
);
