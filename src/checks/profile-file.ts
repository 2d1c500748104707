import { isScalar, isSeq } from 'yaml';
import { CHECK_PARAMETERS } from '../model/check-bounds.ts';
import { SEVERITIES } from '../model/severity.ts';
import { parseBytes } from '../text/units.ts';
import { BUILTIN_CHECKS } from './builtin.ts';
import type { GivenGrade, Grade, OwnProfile } from './own-profile.ts';
import { type BuiltinProfile, DEFAULT_PROFILE, PROFILES, withSeverity } from './profiles.ts';
import { entriesOf, fail, type LineOf, readYaml, textOf } from './yaml.ts';

const KEYS: readonly string[] = ['name', 'extends', 'checks', 'parameters', 'helpers'];

const NAME = /^[\w][\w.-]{0,63}$/;

/** As the kernel's names of helpers are, with the prefix that documents give them or not. */
const HELPER = /^(?:bpf_)?([a-z][a-z0-9_]{0,63})$/;

const GRADES: readonly Grade[] = ['on', 'off', ...SEVERITIES];

const BUILTIN_IDS: ReadonlySet<string> = new Set(BUILTIN_CHECKS.map(({ id }) => id));

/**
 * The profile in a YAML file: one that comes with the program, and what is another in this one (docs/profiles.md). `file`
 * is what it is called in what is said of it. Throws a YamlError for the first thing that is not understood. Whether there
 * are checks of the user's with the other ids is not known here.
 */
export function parseProfile(file: string, text: string): OwnProfile {
  return readYaml(text, (contents, lineOf) => profileIn(file, contents, lineOf));
}

function profileIn(file: string, contents: unknown, lineOf: LineOf): OwnProfile {
  const entries = entriesOf(contents, 'a profile is a mapping of keys');
  const unknown = entries.find(({ name }) => !KEYS.includes(name));
  if (unknown !== undefined) fail(unknown.key, `there is no key ${unknown.name}: known are ${KEYS.join(', ')}`);
  const nodeOf = (key: string): unknown => entries.find(({ name }) => name === key)?.value;
  const base = baseOf(nodeOf('extends'));
  const grades = gradesOf(nodeOf('checks'), lineOf);
  const helpers = helpersOf(nodeOf('helpers'));
  return {
    name: nameOf(nodeOf('name') ?? contents),
    checks: graded(base, grades),
    parameters: { ...base.parameters, ...parametersOf(nodeOf('parameters')) },
    ...(helpers === null ? {} : { helpers }),
    file,
    ownGrades: grades.filter(({ id }) => !BUILTIN_IDS.has(id)),
  };
}

function nameOf(node: unknown): string {
  const name = isScalar(node) ? textOf(node, 'name') : fail(node, 'the profile has no name');
  if (!NAME.test(name)) fail(node, 'a name is up to 64 letters, digits, hyphens, dots and underscores');
  // Two that go by one name would be mistaken for each other.
  if (PROFILES.some((each) => each.name === name)) fail(node, `${name} is a profile that comes with bpfwitness`);
  return name;
}

function baseOf(node: unknown): BuiltinProfile {
  const wanted = node === undefined ? DEFAULT_PROFILE : textOf(node, 'extends');
  const known = PROFILES.map(({ name }) => name).join(', ');
  return (
    PROFILES.find(({ name }) => name === wanted) ?? fail(node, `there is no profile ${wanted}: there are ${known}`)
  );
}

function gradesOf(node: unknown, lineOf: LineOf): readonly GivenGrade[] {
  return entriesOf(node, 'checks wants ids, each with off, on or a severity').map(({ key, name: id, value }) => {
    const text = isScalar(value) ? String(value.value) : '';
    const grade = GRADES.find((each) => each === text);
    if (grade === undefined) fail(value ?? key, `${id} wants one of ${GRADES.join(', ')}${text && `, not ${text}`}`);
    return { id, grade, line: lineOf(key) };
  });
}

/** In the order of all checks, whichever profile is extended. */
function graded(base: BuiltinProfile, grades: readonly GivenGrade[]): OwnProfile['checks'] {
  return BUILTIN_CHECKS.flatMap((check) => {
    const given = grades.find(({ id }) => id === check.id)?.grade;
    const inBase = base.checks.find(({ id }) => id === check.id);
    if (given === 'off' || (given === undefined && inBase === undefined)) return [];
    return [withSeverity(inBase ?? check, given === 'on' ? undefined : given)];
  });
}

function parametersOf(node: unknown): OwnProfile['parameters'] {
  const entries = entriesOf(node, 'parameters wants names, each with a number');
  return Object.fromEntries(
    entries.map(({ key, name, value }) => {
      if (!Object.hasOwn(CHECK_PARAMETERS, name)) {
        fail(key, `there is no parameter ${name}: known are ${Object.keys(CHECK_PARAMETERS).join(', ')}`);
      }
      const isSize = name.endsWith('_bytes');
      const text = isScalar(value) ? String(value.value) : '';
      const number = isSize || /^\d+$/.test(text) ? parseBytes(text) : null;
      const wanted = isSize ? 'a whole number of bytes, such as 64MiB (B, KiB, MiB, GiB, TiB)' : 'a whole number';
      return [name, number ?? fail(value ?? key, `${name} wants ${wanted}`)];
    }),
  );
}

function helpersOf(node: unknown): readonly string[] | null {
  if (node === undefined) return null;
  if (!isSeq(node)) return fail(node, 'helpers wants a list of names');
  return node.items.map((item) => {
    const name = HELPER.exec(textOf(item, 'a helper'))?.[1];
    return name ?? fail(item, 'a helper is a name such as map_lookup_elem');
  });
}
