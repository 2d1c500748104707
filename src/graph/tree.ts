import { displayWidth } from '../text/width.ts';

/** A line of a tree, and what stands below it. */
export interface Branch {
  /** Parts that are not broken, sanitised; a comma comes between them. */
  readonly parts: readonly string[];
  readonly below?: readonly Branch[];
}

/**
 * Branches as lines of at most `width` cells. A part that is wider than what is left for it stays whole on a line of
 * its own: a path that is broken cannot be copied.
 */
export function treeLines(branches: readonly Branch[], width: number): readonly string[] {
  return branches.flatMap(({ parts, below = [] }) => [
    ...flow(parts, '', below.length > 0 ? '│ ' : '  ', width),
    ...belowLines(below, '', width),
  ]);
}

function belowLines(branches: readonly Branch[], indent: string, width: number): readonly string[] {
  return branches.flatMap(({ parts, below = [] }, index) => {
    const isLast = index === branches.length - 1;
    const rest = `${indent}${isLast ? '   ' : '│  '}`;
    return [
      ...flow(parts, `${indent}${isLast ? '└─ ' : '├─ '}`, `${rest}${below.length > 0 ? '│ ' : '  '}`, width),
      ...belowLines(below, rest, width),
    ];
  });
}

/** The parts on as many lines as they take. */
function flow(parts: readonly string[], first: string, rest: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  parts.forEach((part, index) => {
    const text = index < parts.length - 1 ? `${part},` : part;
    const joined = isEmpty ? line + text : `${line} ${text}`;
    if (isEmpty || displayWidth(joined) <= width) line = joined;
    else {
      lines.push(line);
      line = rest + text;
    }
    isEmpty = false;
  });
  return [...lines, line];
}
