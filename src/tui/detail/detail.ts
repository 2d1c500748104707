import type { Severity } from '../../model/severity.ts';
import type { Style } from '../theme/theme.ts';

/** Everything known of one row, as blocks to read from top to bottom. The texts are raw: they are sanitised when drawn. */
export interface Detail {
  /** What it is, for the crumb trail: `program-load`, `Root-Owned Programs`. */
  readonly title: string;
  readonly severity: Severity | null;
  readonly blocks: readonly Block[];
}

export type Block =
  /** Label and value, aligned with the other fields around it. */
  | { readonly kind: 'field'; readonly label: string; readonly value: string; readonly style?: Style }
  | { readonly kind: 'heading'; readonly text: string }
  /** A paragraph, wrapped at words. */
  | { readonly kind: 'text'; readonly text: string; readonly style?: Style }
  /** An item of a list, its following lines indented. */
  | { readonly kind: 'item'; readonly text: string; readonly style?: Style }
  /** Lines kept as they are (JSON, SQL), broken only where they do not fit. */
  | { readonly kind: 'code'; readonly text: string };

/** Fields from label and value, leaving out the values that are not known. */
export function fields(pairs: readonly (readonly [string, string | number | null | undefined])[]): readonly Block[] {
  return pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([label, value]) => ({ kind: 'field', label, value: String(value) }));
}

/** A heading and what stands under it; nothing at all when that is empty. */
export function section(heading: string, blocks: readonly Block[]): readonly Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'heading', text: heading }, ...blocks];
}

/** A value as indented JSON under a heading. */
export function jsonSection(heading: string, value: unknown): readonly Block[] {
  return section(heading, [{ kind: 'code', text: JSON.stringify(value, null, 2) ?? 'null' }]);
}

/** A text of one paragraph or more under a heading. */
export function textSection(heading: string, text: string): readonly Block[] {
  return section(heading, text.trim() === '' ? [] : [{ kind: 'text', text }]);
}

/** A list under a heading. */
export function itemSection(heading: string, items: readonly string[]): readonly Block[] {
  return section(
    heading,
    items.map((text) => ({ kind: 'item', text })),
  );
}
