/**
 * The style of the HTML report. Colours have a contrast of 4.5:1 or more in both schemes (WCAG 2.2, 1.4.3); on paper
 * it is always the light one.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --shade: #f6f8fa; --link: #0550ae;
  --good: #116329; --bad: #a40e26; --open: #7d4e00; --none: #57606a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --faint: #9da7b3; --line: #3d444d; --shade: #161b22; --link: #79c0ff;
    --good: #56d364; --bad: #ff8a80; --open: #e3b341; --none: #9da7b3;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 75rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 0 0 .75rem; }
a { color: var(--link); }
code { font: .9em ui-monospace, monospace; white-space: pre-wrap; }
code, td, th, dd, li, h3 { unicode-bidi: isolate; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1.25rem; margin: 0 0 1rem; }
dt { color: var(--faint); max-width: 16rem; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border: 1px solid var(--line); min-width: 4rem; }
thead th { background: var(--shade); } tbody th { font-weight: 500; }
.part { border: 1px solid var(--line); border-radius: .4rem; padding: 1rem; margin: 0 0 1rem; }
.mark { font-weight: 700; white-space: nowrap; }
.passed { color: var(--good); } .failed, .error, .critical { color: var(--bad); }
.inconclusive, .warning { color: var(--open); } .not-applicable, .info, .debug { color: var(--none); }
summary { cursor: pointer; padding: .25rem 0; }
.label { font-weight: 600; margin: 0; } ul { margin: 0 0 1rem; padding-left: 1.5rem; }
@media print {
  @page { margin: 15mm; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  .part, tr, dl { break-inside: avoid; }
  h1, h2, h3, caption, .label { break-after: avoid; }
  thead { display: table-header-group; }
}
@media screen and (max-width: 40rem) {
  body { padding: .75rem; } dl { grid-template-columns: 1fr; } .scroll { overflow-x: auto; }
}
`;
