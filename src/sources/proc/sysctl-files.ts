import { existsSync, readFileSync } from 'node:fs';
import type { PersistedSetting, Problem } from '../../model/snapshot.ts';
import { KERNEL_SETTINGS } from '../../normalise/kernel-settings.ts';
import { listFolder } from '../../system/names.ts';
import { withUsablePath } from '../../system/usable-path.ts';
import { errorCode, reasonOf } from '../../text/system-error.ts';

/** Where sysctl.d(5) looks, first come first: a file hides those of its name in the folders after it. */
const FOLDERS = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d'];

/**
 * Read last by sysctl(8), which sets them at boot where systemd is not there. systemd-sysctl(8) reads the folders alone; in one of
 * them there usually is a link to it.
 */
const LAST = '/etc/sysctl.conf';

const NAMES: ReadonlySet<string> = new Set(KERNEL_SETTINGS);

/** The settings of ours that a file of sysctl.d(5) sets: `name = value`, `/` for `.`, a `-` before the name allowed. */
export function parseSysctlFile(text: string, file: string): readonly PersistedSetting[] {
  return text.split('\n').flatMap((line, index) => {
    const [, name, value] = /^\s*(?:-\s*)?([\w./-]+)\s*=\s*(.*)$/s.exec(line.trimEnd()) ?? [];
    const dotted = name?.replaceAll('/', '.');
    if (dotted === undefined || value === undefined || !NAMES.has(dotted)) return [];
    return [{ name: dotted, value, file, line: index + 1 }];
  });
}

/**
 * What the kernel settings of ours become at the next boot, by the files of this host; of each the last that sets it. What
 * is there and cannot be read is added to `problems`.
 */
export function readPersistedSettings(problems: Problem[], root = ''): readonly PersistedSetting[] {
  const readOr = <T>(nothing: T, path: string, read: (path: string) => T): T => {
    try {
      return read(`${root}${path}`);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') {
        const message = `${path}, which may set kernel settings at boot, was not read: ${reasonOf(error)}`;
        problems.push({ section: 'sysctl-files', message });
      }
      return nothing;
    }
  };
  const files = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of readOr([], folder, filesIn)) if (!files.has(name)) files.set(name, `${folder}/${name}`);
  }
  const inOrder = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  const last = new Map<string, PersistedSetting>();
  // sd_booted(3)
  const isSystemd = existsSync(`${root}/run/systemd/system`);
  for (const path of isSystemd ? inOrder : [...inOrder, LAST]) {
    for (const setting of parseSysctlFile(readOr('', path, textOf), path)) last.set(setting.name, setting);
  }
  return [...last.values()];
}

function filesIn(folder: string): readonly string[] {
  return listFolder(folder).flatMap(({ name }) => (name.endsWith('.conf') ? [name] : []));
}

function textOf(path: string): string {
  return withUsablePath(path, (usable) => readFileSync(usable, 'utf8'));
}
