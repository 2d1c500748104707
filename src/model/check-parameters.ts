/** Bounds that checks compare with (table `parameter`), as they are without a profile that says otherwise. */
export const CHECK_PARAMETERS: { readonly [name: string]: number } = {
  jit_harden_least: 1,
  map_most_bytes: 256 * 2 ** 20,
  maps_most_bytes: 2 ** 30,
};
