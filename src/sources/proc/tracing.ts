import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_TRACING_CHARACTERS, type Problem, type Tracing } from '../../model/snapshot.ts';
import { errorCode, reasonOf } from '../../text/system-error.ts';

/** Where tracefs is mounted: by itself, or with debugfs (Documentation/trace/ftrace.rst). */
const PLACES = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** TRACEFS_MAGIC (include/uapi/linux/magic.h). */
const MAGIC = 0x74726163;

/** The files that are read, and what is lost without each. */
const FILES = [
  { key: 'enabledFunctions', name: 'enabled_functions', section: 'function-hooks' },
  { key: 'kprobeEvents', name: 'kprobe_events', section: 'probe-events' },
  { key: 'uprobeEvents', name: 'uprobe_events', section: 'probe-events' },
  { key: 'dynamicEvents', name: 'dynamic_events', section: 'probe-events' },
] as const satisfies readonly (Pick<Problem, 'section'> & { readonly key: keyof Tracing; readonly name: string })[];

/**
 * Reads what tracefs says is hooked. A file that this kernel does not have is empty: what would be in it, it cannot do. One
 * that may not be read, or that is no file of tracefs (whoever hides may mount something over it), is absent and a problem.
 */
export function readTracing(
  problems: Problem[],
  places: readonly string[] = PLACES,
  isTracefs: (path: string) => boolean = (path) => statfsSync(path).type === MAGIC,
): Tracing | null {
  // An empty folder is a mount point without a mount.
  const place = places.find((path) => namesIn(path).includes('available_tracers') && isTracefs(path));
  if (place === undefined) {
    problems.push({
      section: 'function-hooks',
      message: 'hooks in the kernel are not looked for: tracefs is not mounted',
    });
    return null;
  }
  const names = new Set(namesIn(place));
  const tracing: { -readonly [key in keyof Tracing]: string } = {};
  for (const { key, name, section } of FILES) {
    const path = join(place, name);
    try {
      if (names.has(name) && !isTracefs(path)) throw new Error('another file system is mounted over it');
      const text = names.has(name) ? readFileSync(path, 'utf8') : '';
      if (text.length > MAX_TRACING_CHARACTERS)
        throw new Error('it is too long: a tracer that is called from all functions is on');
      tracing[key] = text;
    } catch (error) {
      problems.push({ section, message: `hooks in ${path} are not looked for: ${whyNot(error)}` });
    }
  }
  return tracing;
}

/** To root, permission says nothing: it is the kernel that does not let anybody, as where it is locked down. */
function whyNot(error: unknown): string {
  return errorCode(error) === 'EPERM' ? 'the kernel refuses it' : reasonOf(error);
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
