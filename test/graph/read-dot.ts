/** What a strict reading of a DOT file finds: names of nodes with their labels, and edges, in their order. */
export interface DotContent {
  readonly name: string;
  readonly nodes: readonly { readonly name: string; readonly label: string }[];
  readonly edges: readonly (readonly [from: string, to: string, label: string])[];
}

/** A token: a quoted text (after its quote, so that it is no keyword) or anything else. */
type Token = { readonly quoted: string } | { readonly bare: string };

/** Reads what Graphviz's grammar allows of it (https://graphviz.org/doc/info/lang.html); throws at anything else. */
export function readDot(text: string): DotContent {
  const tokens = tokensOf(text);
  let at = 0;
  const next = (): Token => {
    const token = tokens[at];
    if (token === undefined) throw new Error('it ends too early');
    at += 1;
    return token;
  };
  const expectBare = (wanted: string): void => {
    const token = next();
    if (!('bare' in token) || token.bare !== wanted) throw new Error(`${wanted} wanted, not ${JSON.stringify(token)}`);
  };
  const quotedText = (): string => {
    const token = next();
    if (!('quoted' in token)) throw new Error(`a quoted text wanted, not ${token.bare}`);
    return token.quoted;
  };
  const peeks = (wanted: string): boolean => {
    const token = tokens[at];
    return token !== undefined && 'bare' in token && token.bare === wanted;
  };
  const attributes = (): Map<string, string> => {
    const found = new Map<string, string>();
    expectBare('[');
    while (!peeks(']')) {
      if (found.size > 0) expectBare(',');
      const key = next();
      if (!('bare' in key)) throw new Error('an attribute wanted');
      expectBare('=');
      found.set(key.bare, quotedText());
    }
    expectBare(']');
    expectBare(';');
    return found;
  };

  expectBare('digraph');
  const name = quotedText();
  expectBare('{');
  const nodes: { name: string; label: string }[] = [];
  const edges: [string, string, string][] = [];
  while (!peeks('}')) {
    const first = next();
    if ('bare' in first) {
      if (!['graph', 'node', 'edge'].includes(first.bare)) throw new Error(`${first.bare} is no statement`);
      attributes();
      continue;
    }
    if (peeks('->')) {
      next();
      const to = quotedText();
      edges.push([first.quoted, to, attributes().get('label') ?? '']);
    } else nodes.push({ name: first.quoted, label: attributes().get('label') ?? '' });
  }
  expectBare('}');
  if (at !== tokens.length) throw new Error('something follows the graph');
  return { name, nodes, edges };
}

function tokensOf(text: string): readonly Token[] {
  const pattern = /\s+|"((?:[^"\\]|\\[\s\S])*)"|(->|[{}[\];,=])|([A-Za-z_]\w*)/y;
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) throw new Error('no token');
    const [, quoted, sign, word] = match;
    if (quoted !== undefined) tokens.push({ quoted: quoted.replaceAll('\\"', '"') });
    else if (sign !== undefined || word !== undefined) tokens.push({ bare: sign ?? word ?? '' });
  }
  return tokens;
}
