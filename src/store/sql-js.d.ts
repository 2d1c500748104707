/** The build of sql.js that carries its wasm inside: no file to find beside a bundle or inside a compiled binary. */
declare module 'sql.js/dist/sql-wasm-inline.js' {
  import initSqlJs from 'sql.js';
  export default initSqlJs;
}
