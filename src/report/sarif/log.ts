import type { Json } from '../../model/json.ts';

/**
 * The part of SARIF 2.1.0 (OASIS, with errata 01) that a report needs; names and numbers of sections are the
 * standard's.
 */

/** 3.27.10 */
export type Level = 'none' | 'note' | 'warning' | 'error';

/** 3.27.9; with any kind but `fail` the level is `none`. */
export type Kind = 'pass' | 'open' | 'notApplicable' | 'fail';

/** 3.12 and, without arguments, 3.11 */
export interface Message {
  readonly text: string;
  readonly markdown?: string;
}

export type Properties = { readonly [name: string]: Json };

/** 3.4 */
export interface ArtifactLocation {
  readonly uri: string;
  readonly index?: number;
}

/** 3.28 */
export interface Location {
  readonly physicalLocation?: {
    readonly artifactLocation: ArtifactLocation;
    readonly region?: { readonly startLine: number };
  };
  /** 3.33 */
  readonly logicalLocations?: readonly {
    readonly name?: string;
    readonly fullyQualifiedName: string;
    readonly kind: string;
  }[];
}

/** 3.49 */
export interface ReportingDescriptor {
  readonly id: string;
  readonly name?: string;
  readonly shortDescription: Message;
  readonly fullDescription?: Message;
  readonly help?: Message;
  readonly defaultConfiguration: { readonly level: Level };
  readonly properties?: Properties;
}

/** 3.27 */
export interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: Kind;
  readonly level: Level;
  readonly message: Message;
  readonly locations?: readonly Location[];
  readonly partialFingerprints: { readonly [name: string]: string };
  /** 3.27.23 */
  readonly suppressions?: readonly Suppression[];
  readonly properties?: Properties;
}

/** 3.35: somebody decided that this is not to be reported as a problem. */
export interface Suppression {
  readonly kind: 'external';
  readonly status: 'accepted';
  readonly justification: string;
}

/** 3.58 */
export interface Notification {
  readonly descriptor: { readonly id: string; readonly index: number };
  readonly level: Level;
  readonly message: Message;
  readonly locations?: readonly Location[];
}
