/** The pages' one style sheet, part of each page: a phone needs a single request. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f3f7fa;--card:#fff;--ink:#0d2233;--soft:#4d6577;--line:#d7e2ea;--accent:#0a6a9c;--on:#fff;--warm:#b3470b}
@media(prefers-color-scheme:dark){:root{--bg:#071520;--card:#0e2231;--ink:#e6f0f6;--soft:#9db4c3;--line:#1d3647;--accent:#5cc0ef;--on:#04202f;--warm:#ffb37a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI","Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR",sans-serif;-webkit-text-size-adjust:100%}
:lang(ko){word-break:keep-all}
main{max-width:46rem;margin:0 auto;padding:1.25rem 1rem 3rem}
header{display:flex;gap:.9rem;align-items:center;margin:.5rem 0 1.25rem}
header img{width:3rem;height:3rem;flex:none}
h1{font-size:1.5rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
header p,.soft{color:var(--soft);margin:.15rem 0 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;margin:0 0 1rem;overflow:hidden}
.card p{margin:0;padding:.9rem 1rem}
.card p+p{padding-top:0}
ul{list-style:none;margin:0;padding:0}
li{display:flex;align-items:center;gap:.75rem;border-top:1px solid var(--line)}
li:first-child{border-top:0}
li a.name{flex:1;min-width:0;padding:.8rem 0 .8rem 1rem;overflow-wrap:anywhere;text-decoration:none;color:inherit}
li a.name:hover,li a.name:focus-visible{text-decoration:underline}
li .folder{font-weight:600}
li .size{color:var(--soft);font-size:.875rem;font-variant-numeric:tabular-nums;white-space:nowrap;padding-right:1rem}
li .get{padding:.35rem .8rem;margin-right:.75rem;border-radius:999px;border:1px solid var(--line);color:var(--accent);text-decoration:none;font-size:.875rem;white-space:nowrap}
li .get:hover,li .get:focus-visible{border-color:var(--accent)}
.actions{display:flex;flex-wrap:wrap;gap:.6rem;margin:0 0 1rem}
.button{display:inline-block;padding:.7rem 1.15rem;border-radius:12px;background:var(--accent);color:var(--on);font-weight:600;text-decoration:none}
.button.quiet{background:none;color:var(--accent);border:1px solid var(--line)}
a:focus-visible{outline:3px solid var(--warm);outline-offset:2px;border-radius:6px}
.warn{color:var(--warm)}
nav{display:flex;justify-content:space-between;gap:1rem;padding:.2rem .2rem 1rem;color:var(--soft);font-variant-numeric:tabular-nums}
nav a,footer a{color:var(--accent)}
footer{color:var(--soft);font-size:.875rem;border-top:1px solid var(--line);padding-top:1rem;margin-top:1.5rem}
footer p{margin:.25rem 0}
`

/** Three fish of one shoal. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="15" fill="#0b3a57"/><g fill="#5cc0ef"><path d="M10 22c6-7 16-7 22 0l6-5v10l-6-5c-6 7-16 7-22 0z"/><path d="M14 44c6-7 16-7 22 0l6-5v10l-6-5c-6 7-16 7-22 0z"/></g><path fill="#ff9d5c" d="M26 33c6-7 16-7 22 0l6-5v10l-6-5c-6 7-16 7-22 0z"/></svg>`
