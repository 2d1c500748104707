import { describe, expect, it } from 'vitest';
import { bpfwitness } from '../helpers/cli.ts';

const CAPTURE = 'demo/demo.capture.gz';

describe('bpfwitness sql', () => {
  it('asks the tables of the last snapshot', async () => {
    const statement = 'SELECT id, name FROM program ORDER BY id LIMIT 1';
    const [table, json, csv] = await Promise.all([
      bpfwitness(['sql', statement, CAPTURE]),
      bpfwitness(['sql', statement, CAPTURE, '--json']),
      bpfwitness(['sql', statement, CAPTURE, '--csv']),
    ]);
    expect(table).toMatchObject({ exitCode: 0, stderr: '' });
    expect(table.stdout).toMatch(/^ *id {2}name\n *\d+ {2}\w+\n$/);
    expect(JSON.parse(json.stdout)).toEqual([{ id: expect.any(Number), name: expect.any(String) }]);
    expect(csv.stdout).toMatch(/^id,name\r\n\d+,\w+\r\n$/);
  });

  it('refuses what is wrong and what writes, in one sentence, with 2', async () => {
    const results = await Promise.all(
      [
        'SELECT colour FROM program',
        'DELETE FROM program',
        'WITH t AS (SELECT 1) DELETE FROM program',
        'SELECT 1; SELECT 2',
      ].map((statement) => bpfwitness(['sql', statement, CAPTURE])),
    );
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(Array(4).fill([2, '']));
    expect(results[0]?.stderr).toBe('bpfwitness: SQL: no such column: colour\n');
    expect(results[1]?.stderr).toContain('only a statement that reads');
    expect(results[2]?.stderr).toContain('readonly');
    expect(results[3]?.stderr).toContain('one statement');
  });

  it('says that an audit log has no inventory, with 3', async () => {
    const [log, both] = await Promise.all([
      bpfwitness(['sql', 'SELECT 1', 'test/fixtures/audit/raw.log']),
      bpfwitness(['sql', 'SELECT 1', CAPTURE, '--json', '--csv']),
    ]);
    expect(log).toMatchObject({ exitCode: 3, stdout: '' });
    expect(log.stderr).toContain('nothing in the input tells of programs and maps');
    expect(both.exitCode).toBe(2);
  });
});
