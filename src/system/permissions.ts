import { loadLibc } from './libc.ts';

/** Permissions of Deno that are revoked somewhere (docs/security.md says which were tried, and what that does). */
export type Permission = 'net' | 'import' | 'run' | 'ffi';

/** What this file needs of Deno; its types are not those of the project. */
interface DenoPermissions {
  readonly Deno?: {
    readonly build: { readonly standalone?: boolean };
    readonly permissions: { revokeSync(permission: { readonly name: Permission }): unknown };
  };
}

/** Whether this is the compiled program, and not its source run by Deno. */
export function isBinary(): boolean {
  return (globalThis as DenoPermissions).Deno?.build.standalone === true;
}

/**
 * Gives up permissions of this thread; threads that it starts later do not have them either. Only the binary does:
 * with less than all permissions, newer versions of Deno read nothing of /proc.
 */
export function revokePermissions(names: readonly Permission[]): void {
  if (!isBinary()) return;
  // It can be called when loading it is no longer permitted.
  if (names.includes('ffi')) loadLibc();
  for (const name of names) (globalThis as DenoPermissions).Deno?.permissions.revokeSync({ name });
}
