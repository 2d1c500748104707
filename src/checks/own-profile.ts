import type { CheckDefinition, ProfileName } from '../model/check.ts';
import type { Severity } from '../model/severity.ts';
import type { Fault } from './pack/pack.ts';
import { type Profile, withSeverity } from './profiles.ts';

/** What a profile says of a check: whether it is run, or how bad it is held to be. */
export type Grade = 'on' | 'off' | Severity;

export interface GivenGrade {
  readonly id: string;
  readonly grade: Grade;
  readonly line: number;
}

/** A profile from a file of the user's. */
export interface OwnProfile extends Profile {
  readonly file: string;
  /** What it says of checks that do not come with the program. */
  readonly ownGrades: readonly GivenGrade[];
}

/** What a profile is called where it is told who judged; one that comes with the program is given by its name. */
export function profileNameOf(profile: string | OwnProfile): ProfileName {
  return typeof profile === 'string' ? { name: profile, file: null } : { name: profile.name, file: profile.file };
}

/** The user's own checks as a profile has them: without those that are off, and as severe as it says. */
export function gradeOwnChecks(profile: OwnProfile, checks: readonly CheckDefinition[]): readonly CheckDefinition[] {
  return checks.flatMap((check) => {
    const grade = profile.ownGrades.find(({ id }) => id === check.id)?.grade;
    if (grade === 'off') return [];
    return [withSeverity(check, grade === 'on' ? undefined : grade)];
  });
}

/** The first check that a profile names and that is neither one that comes with the program nor one of these. */
export function unknownCheck(profile: OwnProfile, checks: readonly CheckDefinition[]): Fault | null {
  const unknown = profile.ownGrades.find((each) => checks.every(({ id }) => id !== each.id));
  if (unknown === undefined) return null;
  const reason = `there is no check ${unknown.id}: bpfwitness checks list names those there are`;
  return { at: { file: profile.file, line: unknown.line }, reason };
}
