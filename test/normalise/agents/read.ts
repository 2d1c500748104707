import type { EventDraft } from '../../../src/model/event.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { AgentRecord } from '../../../src/model/observation.ts';
import { agentEvents, agentReader } from '../../../src/normalise/agents/agent-events.ts';

/** The record of a JSON object, as the source of agents' files makes it. */
export function recordOf(agent: string, value: JsonObject): AgentRecord {
  const name = agentReader(agent)?.name(value) ?? '';
  return {
    agent,
    name,
    value,
    at: { file: 'f.json', line: 3, offset: 99 },
    text: JSON.stringify(value).slice(0, 4096),
  };
}

/** The one event of an object. Throws when there is none. */
export function eventOf(agent: string, value: JsonObject): EventDraft {
  const { events, unmapped } = agentEvents(recordOf(agent, value), 'host1');
  const [event] = events;
  if (event === undefined || events.length > 1) throw new Error(`${events.length} events, ${unmapped}`);
  return event;
}

/** The kind under which an object without an event is counted. */
export function unmappedOf(agent: string, value: JsonObject): string | null {
  return agentEvents(recordOf(agent, value), 'host1').unmapped;
}
