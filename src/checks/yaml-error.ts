/** What is wrong with a YAML file, and in which line where that is known. By itself: telling it wants no YAML parser. */
export class YamlError extends Error {
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.name = 'YamlError';
    this.line = line;
  }
}
