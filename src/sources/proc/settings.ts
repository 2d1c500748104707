import { readFileSync } from 'node:fs';
import { KERNEL_SETTINGS, settingFile, settingValue } from '../../normalise/kernel-settings.ts';

/**
 * Kernel settings by sysctl name. A file that does not exist (another kernel, securityfs not mounted) has no key; one
 * that may not be read is null.
 */
export function readSettings(root = ''): { readonly [name: string]: string | null } {
  const settings: { [name: string]: string | null } = {};
  for (const name of KERNEL_SETTINGS) {
    const text = readSetting(`${root}${settingFile(name)}`);
    if (text !== undefined) settings[name] = text === null ? null : settingValue(name, text);
  }
  return settings;
}

function readSetting(file: string): string | null | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return (error as { code?: unknown }).code === 'ENOENT' ? undefined : null;
  }
}
