/** How the page of `/api/docs` looks, light and dark. */
export const referenceStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fff, #16181d);
  --raised: light-dark(#f5f6f8, #1e2128);
  --line: light-dark(#dfe2e8, #333844);
  --text: light-dark(#1b1e25, #e4e6eb);
  --dim: light-dark(#5f6673, #9aa1ae);
  --link: light-dark(#1c5fb8, #7db4f5);
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 200px minmax(0, 1fr) }
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
nav { position: sticky; top: 0; height: 100vh; padding: 2rem 1.25rem; border-right: 1px solid var(--line); display: flex; flex-direction: column; gap: .45rem; overflow: auto }
nav .top { font-weight: 650; color: var(--text); margin-bottom: .6rem }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 6rem; max-width: 1000px }
h1 { margin: 0 0 1rem; font-size: 1.9rem; letter-spacing: -.01em }
h1 small { font-size: 1rem; font-weight: 400; color: var(--dim) }
h2 { margin: 2.8rem 0 .3rem; font-size: 1.3rem }
h2 + p { margin-top: 0; color: var(--dim) }
p { margin: .5rem 0 }
code, pre { font: 13px/1.5 ui-monospace, "Cascadia Mono", Consolas, monospace }
p code, td code { background: var(--raised); border-radius: 4px; padding: .1em .3em }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow: auto }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; padding: 0 1rem }
details[open] { padding-bottom: .8rem }
summary { cursor: pointer; margin: 0 -1rem; padding: .55rem 1rem; border-radius: 8px; display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: baseline }
summary:hover { background: var(--raised) }
summary span { color: var(--dim) }
:target { border-color: var(--link) }
.method { text-transform: uppercase; font-size: 11px; letter-spacing: .04em; width: 4.2rem; padding: .15rem 0; text-align: center; border-radius: 4px; color: #fff; background: #5f6673 }
.get { background: #2264b4 } .post { background: #207544 } .patch, .put { background: #8f5b0a } .delete { background: #b3322b }
.status { color: light-dark(#207544, #6fce97) }
.s4, .s5 { color: light-dark(#b3322b, #f28f88) }
.s3 { color: var(--dim) }
table { border-collapse: collapse; width: 100%; margin: .8rem 0 0 }
caption { text-align: left; font-weight: 600; padding-bottom: .2rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-top: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere }
th { width: 24%; overflow-wrap: normal }
td p { margin: 0 }
th i { display: block; font-size: 12px; color: var(--dim) }
td small { display: block; color: var(--dim) }
@media (max-width: 760px) {
  body { display: block }
  nav { position: static; height: auto; flex-flow: row wrap; padding: 1rem; border-right: 0; border-bottom: 1px solid var(--line) }
  nav .top { width: 100%; margin: 0 }
}
`
