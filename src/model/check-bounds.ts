/** What a profile lets checks compare with. Plain data: it crosses to the thread that runs checks of the user's. */
export interface CheckBounds {
  /** Rows of the table `parameter` that differ from its defaults. */
  readonly parameters: { readonly [name: string]: number };
  /** All rows of the table `allowed_helper`, where they differ from its own. */
  readonly helpers?: readonly string[];
}

/** The table `parameter` as it is without a profile that says otherwise. */
export const CHECK_PARAMETERS: { readonly [name: string]: number } = {
  jit_harden_least: 1,
  map_most_bytes: 256 * 2 ** 20,
  maps_most_bytes: 2 ** 30,
  map_fullest_percent: 90,
};
