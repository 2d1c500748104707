import type { Json } from '../../model/json.ts';
import { asText } from '../decode-value.ts';
import { type AgentActor, given } from './agent-finding.ts';

/** What an agent says about a process, where it says it. Values of the wrong kind count as not said. */
export interface SaidOfProcess {
  readonly pid?: Json | undefined;
  readonly ppid?: Json | undefined;
  readonly uid?: Json | undefined;
  readonly user?: Json | undefined;
  readonly auid?: Json | undefined;
  readonly comm?: Json | undefined;
  readonly exe?: Json | undefined;
  readonly args?: Json | undefined;
  readonly container?: Json | undefined;
  readonly namespace?: Json | undefined;
  readonly pod?: Json | undefined;
}

/** The actor of an agent's record: what is not known is absent. */
export function agentActor(said: SaidOfProcess): AgentActor {
  const pod = asText(said.pod) ?? '';
  const namespace = asText(said.namespace) ?? '';
  return {
    ...number('pid', said.pid),
    ...number('ppid', said.ppid),
    ...number('uid', said.uid),
    ...text('user', said.user),
    ...number('auid', said.auid),
    ...text('comm', said.comm),
    ...text('exe', said.exe),
    ...text('args', said.args),
    ...text('container', said.container),
    ...text('pod', pod === '' || namespace === '' ? pod : `${namespace}/${pod}`),
  };
}

/** An id: protobuf's JSON wraps some as `{"value": 5}`; -1 and the largest 32-bit number stand for none. */
function number(key: string, said: Json | undefined): { readonly [key: string]: Json } {
  const bare = typeof said === 'object' && said !== null && 'value' in said ? said.value : said;
  const value = typeof bare === 'string' && /^\d{1,10}$/.test(bare) ? Number(bare) : bare;
  const isId = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 0xffff_ffff;
  return isId ? { [key]: value } : {};
}

/** `<NA>` is Falco's word for nothing. */
function text(key: string, said: Json | undefined): { readonly [key: string]: Json } {
  return typeof said === 'string' && said !== '<NA>' ? given(key, said) : {};
}
