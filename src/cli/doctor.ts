import type { Command } from 'commander';
import { checkPaths } from '../config/read-checks.ts';
import { probeHost } from '../sources/host.ts';
import type { HostFact } from '../sources/kernel-facts.ts';
import { folderTrustFact } from '../sources/tool-trust.ts';
import { StatePaths } from '../store/state-paths.ts';
import { ENVIRONMENT } from '../system/environment.ts';
import { terminalFact } from '../terminal/capabilities.ts';
import { safeJson } from '../text/safe-json.ts';
import { printable } from '../text/sanitise.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { openOutput } from './output.ts';
import { pathsOf } from './own-checks.ts';
import { rightsFacts } from './rights-facts.ts';
import type { Shell } from './shell.ts';

interface DoctorFlags {
  readonly bpftool?: string;
  readonly state?: string;
  readonly json?: boolean;
}

const MARKS: { readonly [status in HostFact['status']]: string } = {
  ok: 'ok     ',
  limited: 'LIMITED',
  missing: 'MISSING',
};

/** `bpfwitness doctor`: what this host offers, and what is lost without what it does not. */
export function addDoctorCommand(program: Command, { done }: Shell): void {
  program
    .command('doctor')
    .summary('say what this host offers for live use')
    .description('Say what this host offers and what is lost without the rest. Exits with 4 when it cannot be watched.')
    .option('--bpftool <path>', 'the bpftool to look at')
    .option('--state <dir>', 'a state directory to look at')
    .option('--json', 'print the facts as JSON')
    .action(async (flags: DoctorFlags) => done(await doctor(flags)));
}

async function doctor(flags: DoctorFlags): Promise<ExitCode> {
  const host = await probeHost(flags.bpftool === undefined ? {} : { bpftool: flags.bpftool });
  const facts = [...host, ...folderFacts(flags), ...rightsFacts(), terminalFact(ENVIRONMENT, process.stdout)];
  const output = openOutput(null);
  output.write(flags.json === true ? `${safeJson(facts, 2)}\n` : facts.map(factText).join(''));
  return host.some((fact) => fact.status === 'missing' && fact.needed) ? EXIT.missing : EXIT.fine;
}

/** The state directory that was named and the usual folder of checks, as far as they are there. */
function folderFacts({ state }: DoctorFlags): readonly HostFact[] {
  const checks = pathsOf({}).flatMap(checkPaths);
  const present = state === undefined ? [] : new StatePaths(state).present();
  return [
    ...(checks.length === 0 ? [] : [folderTrustFact('checks', checks, 'they are run with a warning')]),
    ...(present.length === 0 ? [] : [folderTrustFact('state', present, 'nothing is recorded in it')]),
  ];
}

function factText({ name, status, found, lost }: HostFact): string {
  const line = `${MARKS[status]}  ${name.padEnd(18)}  ${printable(found)}\n`;
  return lost === '' ? line : `${line}${' '.repeat(29)}${printable(lost)}\n`;
}
