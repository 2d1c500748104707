/** Work this long, then let the thread answer: a key press must be drawn while a gigabyte loads. */
const SLICE_MS = 20;

/** A function to await often: it gives way to timers and messages once the slice is used up, else returns at once. */
export function slicer(now: () => number): () => Promise<void> | undefined {
  let since = now();
  return () => {
    if (now() - since < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = now();
        resolve();
      });
    });
  };
}
