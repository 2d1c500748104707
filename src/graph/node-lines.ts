import { printable } from '../text/sanitise.ts';
import type { GraphNode } from './graph.ts';

/** What a drawing shows in a node, sanitised: its label, a line on what it is, and whether it is listed. */
export function nodeLines({ kind, label, listing, facts }: GraphNode): readonly string[] {
  const lines = [printable(label)];
  if (kind === 'program' && typeof facts.tag === 'string' && facts.tag !== '')
    lines.push(printable(`tag ${facts.tag}`));
  if (kind === 'hook') lines.push(printable(String(facts.hookKind)));
  if (kind === 'process' && typeof facts.exe === 'string') lines.push(printable(facts.exe));
  if (listing === 'unlisted') lines.push('UNLISTED');
  return lines;
}
