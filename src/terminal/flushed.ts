/**
 * Resolves when everything written to the output before has left the process. Deno before 2.5 writes to a terminal
 * asynchronously: a process that stops or ends at once would keep the last sequences to itself, and with them the
 * terminal. A terminal that is gone answers with an error, which is an answer too.
 */
export function flushed(output: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
