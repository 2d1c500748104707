import process from 'node:process';

/** An output that knows its size and can tell that it changed. */
export interface SizedOutput extends NodeJS.EventEmitter {
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * Makes the output emit `resize` where the runtime does not: Deno before 2.5 keeps `columns` and `rows` up to date but
 * says nothing, and a compiled binary may carry such a one. A size that was announced already is not announced again.
 * Returns how to stop.
 */
export function announceResize(output: SizedOutput): () => void {
  let announced = sizeOf(output);
  const onResize = (): void => {
    announced = sizeOf(output);
  };
  const onSignal = (): void => {
    if (sizeOf(output) !== announced) output.emit('resize');
  };
  output.on('resize', onResize);
  process.on('SIGWINCH', onSignal);
  return () => {
    output.off('resize', onResize);
    process.off('SIGWINCH', onSignal);
  };
}

function sizeOf({ columns, rows }: SizedOutput): string {
  return `${columns}x${rows}`;
}
