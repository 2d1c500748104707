import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OwnProfile } from '../checks/own-profile.ts';
import { DEFAULT_PROFILE } from '../checks/profiles.ts';
import {
  DEFAULT_AUDIT_LOG,
  DEFAULT_FAIL_ON,
  DEFAULT_LEARN_MS,
  DEFAULT_MAX_EVENTS,
  DEFAULT_POLL_MS,
  DEFAULT_WINDOW_MS,
  type EngineConfig,
  type LiveConfig,
} from '../engine/config.ts';
import type { CheckDefinition } from '../model/check.ts';
import { EVENT_TYPES, type EventType } from '../model/event.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';
import { SPEEDS } from '../replay/player.ts';
import { formatDuration, parseDuration, parseTime } from '../text/time.ts';
import { formatCount } from '../text/units.ts';
import { type GivenExceptions, withExceptionsFlag } from './exceptions.ts';
import { withProfileFlag } from './profile.ts';

/** What commands over files take. */
export const PATHS =
  "audit logs, captures, agents' JSON, bpftool output, folders and archives of them; - is standard input";

/** Flags of everything that builds events. */
export interface AnalysisFlags {
  /** The name of one that comes with the program, or what was in a file. */
  readonly profile: string | OwnProfile;
  readonly exceptions?: GivenExceptions;
  readonly maxEvents: number;
  readonly state?: string;
  readonly window: number;
  readonly learn: number;
  readonly alertLog?: string;
}

/** Flags of everything that looks at this host, once at least. */
export interface LookFlags {
  readonly bpftool?: string;
  readonly cgroups?: boolean;
  readonly watchConfigMaps?: boolean;
  readonly countEntries?: boolean;
}

/** Flags of everything that watches this host. */
export interface LiveFlags extends LookFlags {
  readonly interval: number;
  readonly auditLog: string | false;
}

export function withAnalysisFlags(command: Command): Command {
  return withExceptionsFlag(withProfileFlag(command, DEFAULT_PROFILE))
    .addOption(
      new Option('--max-events <n>', 'keep at most this many events; the oldest go first')
        .argParser(wholeNumber)
        .default(DEFAULT_MAX_EVENTS, formatCount(DEFAULT_MAX_EVENTS)),
    )
    .option('--state <dir>', 'keep events, alerts and the baseline here between runs (default: memory only)')
    .addOption(time('--window <time>', 'length of an anomaly detection interval', duration, DEFAULT_WINDOW_MS))
    .addOption(
      time(
        '--learn <time>',
        'learn what is normal for this long; 0 takes the built-in baseline',
        durationOrZero,
        DEFAULT_LEARN_MS,
      ),
    )
    .option('--alert-log <file>', 'append a JSON line for every alert raised, repeated or resolved');
}

export function withLookFlags(command: Command): Command {
  return command
    .option('--bpftool <path>', 'the bpftool to run (default: found on PATH and in the sbin folders)')
    .option(
      '--cgroups',
      'walk the cgroup tree at each look, not only when programs of cgroups come or go and every 15 s',
    )
    .option(
      '--watch-config-maps',
      'notice when entries of maps named like a configuration change (dumps those of up to 4,096 entries and 2 MiB)',
    )
    .option(
      '--count-entries',
      'count the entries of maps that can be full (dumps maps of up to 16,384 entries and 2 MiB, a few at each look)',
    );
}

export function withLiveFlags(command: Command): Command {
  command.addOption(time('--interval <time>', 'time between two looks at the kernel', duration, DEFAULT_POLL_MS));
  return withLookFlags(command)
    .option('--audit-log <file>', 'follow this audit log', DEFAULT_AUDIT_LOG)
    .option('--no-audit-log', 'do not follow the audit log');
}

/** Flags of everything that lists events for a person. */
export interface FoldFlags {
  readonly fold: boolean;
}

export function withFoldFlag(command: Command): Command {
  return command.option('--no-fold', 'list routine loads of container runtimes and systemd one by one');
}

export function withFailOn(command: Command): Command {
  return command.option(
    '--fail-on <severity>',
    `exit with 1 when a finding is this severe or worse (${SEVERITIES.join(', ')})`,
    severity,
    DEFAULT_FAIL_ON,
  );
}

export function liveConfig(flags: LiveFlags): LiveConfig {
  return {
    pollMs: flags.interval,
    bpftool: flags.bpftool ?? null,
    cgroups: flags.cgroups ?? false,
    watchConfigMaps: flags.watchConfigMaps ?? false,
    countEntries: flags.countEntries ?? false,
    auditLog: flags.auditLog === false ? null : flags.auditLog,
  };
}

export function engineConfig<Input extends EngineConfig['input']>(
  flags: AnalysisFlags,
  input: Input,
  ownChecks: readonly CheckDefinition[] = [],
): EngineConfig & { readonly input: Input } {
  return {
    input,
    profile: flags.profile,
    ...(flags.exceptions === undefined ? {} : { exceptions: flags.exceptions.list }),
    maxEvents: flags.maxEvents,
    stateDir: flags.state ?? null,
    windowMs: flags.window,
    learnMs: flags.learn,
    alertLog: flags.alertLog ?? null,
    ownChecks,
  };
}

/** An option that takes a time, with its default shown as a person would write it. */
function time(flags: string, description: string, parse: (text: string) => number, defaultMs: number): Option {
  return new Option(flags, description).argParser(parse).default(defaultMs, formatDuration(defaultMs));
}

/** `--speed`, with its default shown as it is typed. */
export function speedOption(defaultSpeed: number): Option {
  const shown = defaultSpeed === Number.POSITIVE_INFINITY ? 'max' : String(defaultSpeed);
  return new Option('--speed <n>', 'play at this multiple of real time; max shows the end at once')
    .argParser(speed)
    .default(defaultSpeed, shown);
}

/** Parsers for commander: each says what it wanted. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number is wanted');
  return value;
}

export function duration(text: string): number {
  const value = durationOrZero(text);
  if (value < 100) throw new InvalidArgumentError('at least 100ms is wanted');
  return value;
}

export function durationOrZero(text: string): number {
  const value = parseDuration(text);
  if (value === null) throw new InvalidArgumentError('a time such as 500ms, 2s, 5m or 1h is wanted');
  return value;
}

export function moment(text: string): number {
  const value = parseTime(text, Date.now());
  if (value === null)
    throw new InvalidArgumentError('an ISO 8601 time, epoch seconds, or a time ago such as 10m is wanted');
  return value;
}

export function severity(text: string): Severity {
  const found = SEVERITIES.find((name) => name === text.toLowerCase());
  if (found === undefined) throw new InvalidArgumentError(`one of ${SEVERITIES.join(', ')} is wanted`);
  return found;
}

/** One type, or several with commas between; may be given more than once. */
export function eventTypes(text: string, earlier: readonly EventType[] = []): readonly EventType[] {
  const types = text.split(',').map((part) => {
    const found = EVENT_TYPES.find((name) => name === part.trim());
    if (found === undefined) throw new InvalidArgumentError(`one of ${EVENT_TYPES.join(', ')} is wanted`);
    return found;
  });
  return [...earlier, ...types];
}

function speed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const value = Number(text.replace(/^[x×]/, ''));
  const fastest = SPEEDS[SPEEDS.length - 2] ?? 1;
  if (!(value > 0) || value > fastest) throw new InvalidArgumentError(`max, or a number up to ${fastest} is wanted`);
  return value;
}
