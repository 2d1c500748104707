/** What `read` gives; null where the file went away meanwhile or may not be read. */
export function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** True for an error that says that something may not be read. */
export function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'EACCES' || code === 'EPERM';
}
