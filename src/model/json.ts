/** A value that JSON can carry. Integers beyond 2^53 are kept as strings of decimal digits. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };
