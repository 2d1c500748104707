import type { JsonObject } from '../../model/json.ts';
import type { Severity } from '../../model/severity.ts';
import { actorPhrase } from '../audit/actor.ts';
import { loadSeverity } from '../audit/program.ts';
import { asArray, asId, asText, asTexts } from '../decode-value.ts';
import { type AgentActor, type AgentFinding, type AgentReader, given } from './agent-finding.ts';
import { callFinding, commandOf, programType } from './bpf-words.ts';
import { resultOfExit, UNKNOWN_RESULT } from './call-result.ts';
import { inside } from './inside.ts';
import { type TraceeArguments, traceeActor, traceeArguments, traceeTime } from './tracee-fields.ts';

/**
 * Tracee's events: `eventName`, `args` and flat fields before v1beta1 (types/trace/trace.go), then `name`, `data` and
 * `workload` (api/v1beta1/event.proto).
 */
export const TRACEE: AgentReader = {
  name: nameOf,
  host: (value) => asText(value.hostName),
  time: traceeTime,
  finding: (value) => {
    const found = meant(value, nameOf(value), traceeActor(value), traceeArguments(value));
    const policies = [...asTexts(value.matchedPolicies), ...asTexts(inside(value, 'policies', 'matched'))];
    return found === null ? null : { ...found, policy: policies.filter((policy) => policy !== '').join(', ') };
  },
};

function nameOf(value: JsonObject): string {
  return asText(value.eventName) ?? asText(value.name) ?? 'event';
}

function meant(value: JsonObject, name: string, actor: AgentActor, args: TraceeArguments): AgentFinding | null {
  const who = actorPhrase(actor) ?? 'a process';
  switch (name) {
    case 'bpf_attach':
      return attached(who, actor, args);
    case 'security_bpf_prog':
      return program(who, actor, args);
    case 'security_bpf_map': {
      const map = {
        kind: 'map',
        ...given('id', asId(args.get('map_id'))),
        ...given('name', asText(args.get('map_name'))),
      };
      const summary = `${who} took a descriptor of a map${named(map)}`;
      return { type: 'map-access', severity: 'info', summary, actor, object: map };
    }
    case 'security_bpf':
    case 'bpf': {
      const command = commandOf(args.get('cmd'));
      if (command === null) return null;
      const returned = value.returnValue ?? args.get('returnValue');
      // The hook runs before the call is made; only the call itself has a result.
      const exit = name === 'bpf' && typeof returned === 'number' ? returned : null;
      return callFinding(command, exit === null ? UNKNOWN_RESULT : resultOfExit(exit), actor);
    }
    default:
      return detected(value, name, actor);
  }
}

function programOf(id: string, name: string, type: string, args: TraceeArguments): JsonObject {
  return {
    kind: 'program',
    ...given('id', asId(args.get(id))),
    ...given('name', asText(args.get(name))),
    ...given('type', programType(args.get(type))),
  };
}

/** `: trace_execve (kprobe, id 12)`, as far as it is known. */
function named(object: JsonObject): string {
  const about = [object.type, object.id === undefined ? undefined : `id ${object.id}`].filter(
    (word) => word !== undefined,
  );
  const name = asText(object.name) ?? '';
  if (name === '' && about.length === 0) return '';
  return `: ${[name, about.length === 0 ? '' : `(${about.join(', ')})`].filter((word) => word !== '').join(' ')}`;
}

/** `perf_symbol` and `perf_type` were the names until Tracee 0.15. */
function attached(who: string, actor: AgentActor, args: TraceeArguments): AgentFinding {
  const object = programOf('prog_id', 'prog_name', 'prog_type', args);
  const symbol = asText(args.get('symbol_name')) ?? asText(args.get('perf_symbol')) ?? '';
  const probe = asText(args.get('attach_type')) ?? asText(args.get('perf_type'));
  const place = symbol === '' ? '' : ` to ${symbol.slice(0, 128)}`;
  return {
    type: 'program-attach',
    severity: 'warning',
    summary: `${who} attached a program${place}${named(object)}`,
    actor,
    object,
    more: { ...given('target', symbol), ...given('attachType', probe), ...helpersOf(args.get('prog_helpers')) },
  };
}

/** The hook runs whenever a descriptor is made: for a program that is being loaded, or for one that is there. */
function program(who: string, actor: AgentActor, args: TraceeArguments): AgentFinding {
  const object = programOf('id', 'name', 'type', args);
  const loads = args.get('load') !== false;
  return {
    type: loads ? 'program-load' : 'map-access',
    severity: loads ? loadSeverity(actor) : 'debug',
    summary: `${who} ${loads ? 'loaded a program' : 'took a descriptor of a program'}${named(object)}`,
    actor,
    object,
    more: helpersOf(args.get('helpers')),
  };
}

/** Names of helpers; Tracee may also write them as a bit mask, which says nothing to people. */
function helpersOf(said: TraceeArguments extends ReadonlyMap<string, infer V> ? V | undefined : never): JsonObject {
  const names = asArray(said).flatMap((helper) => (typeof helper === 'string' ? [helper.slice(0, MAX_HELPER)] : []));
  return names.length === 0 ? {} : { helpers: names.slice(0, MAX_HELPERS) };
}

/** The kernel has fewer, and shorter ones. */
const MAX_HELPERS = 512;
const MAX_HELPER = 64;

/** Tracee's own detections count when they are about BPF by their name or what they were found in. */
function detected(value: JsonObject, name: string, actor: AgentActor): AgentFinding | null {
  const threat = inside(value, 'threat') ?? inside(value, 'metadata');
  if (threat === undefined || threat === null) return null;
  const title =
    asText(inside(value, 'threat', 'name')) ?? asText(inside(value, 'metadata', 'Properties', 'signatureName'));
  const description =
    asText(inside(value, 'threat', 'description')) ?? asText(inside(value, 'metadata', 'Description'));
  const cause = asText(inside(value, 'detected_from', 'name'));
  if (![name, title, description, cause].some((text) => text !== null && /\be?bpf(?:\b|_)/i.test(text))) return null;
  return {
    type: 'security-alert',
    severity: severityOf(value),
    summary: `Tracee: ${(title ?? description ?? name).slice(0, 256)}: ${actorPhrase(actor) ?? 'a process'}`,
    actor,
    rule: asText(inside(value, 'metadata', 'Properties', 'signatureID')) ?? name,
    more: given('description', description),
  };
}

/** `INFO` to `CRITICAL`, or 0 to 4 (threat.proto); 0 to 3 in the metadata of older versions (signatures/README). */
function severityOf(value: JsonObject): Severity {
  const said = inside(value, 'threat', 'severity') ?? inside(value, 'metadata', 'Properties', 'Severity') ?? 'MEDIUM';
  const names = ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
  const rank = typeof said === 'number' ? said : names.indexOf(String(said).toUpperCase());
  return (['info', 'info', 'warning', 'error', 'critical'] as const)[rank] ?? 'warning';
}
