import type { CheckDefinition } from '../model/check.ts';

/** A setting that files of sysctl.d(5) set to something else than what holds now. */
export const SETTINGS_PERSIST: CheckDefinition = {
  id: 'check-settings-persist',
  name: 'Settings After Boot',
  severity: 'warning',
  description: 'What kernel settings are now is what the next boot sets',
  rationale:
    'A setting that was changed by hand is gone with the next boot; one that a file weakens comes back with it. Either way the host is not what it seems.',
  remedy:
    'Make the file and the running value agree: sysctl --system loads the files, or correct the file that is named.',
  references: ['sysctl.d(5)', 'NIST SP 800-53 CM-6 (bpfwitness mapping)'],
  needs: ['settings', 'sysctl-files'],
  discovery: 'SELECT 1 FROM persisted_setting',
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       setting.name AS object_name,
       CASE WHEN setting.value IS NULL THEN 'could not be read'
            ELSE 'is ' || setting.value || ' and will be ' || persisted_setting.value || ' after the next boot' END AS message,
       setting.value IS NULL AS undecided,
       setting.value,
       persisted_setting.value AS persisted,
       persisted_setting.file || ':' || persisted_setting.line AS file
FROM setting
JOIN persisted_setting ON persisted_setting.name = setting.name
WHERE setting.value IS NOT persisted_setting.value
ORDER BY setting.name`,
};
