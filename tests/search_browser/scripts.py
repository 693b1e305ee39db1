"""Bodies of async functions of ``arg`` that run in the search page itself."""

_ENGINE = """
if (!window.testEngine) {
  window.testEngine = await new Promise((resolve, reject) => {
    document.addEventListener("dwgk-engine", (event) => resolve(event.detail), { once: true });
    const script = document.createElement("script");
    script.onerror = () => reject(new Error("the engine did not load"));
    script.src = document.querySelector("[data-search]").dataset.engineScript;
    document.head.append(script);
  });
}
const engine = window.testEngine;
"""

ASK = (
    _ENGINE
    + """
const known = window.testKnown || (window.testKnown = new Map());
let caught = [];
const sort = Array.prototype.sort;
Array.prototype.sort = function (order) {
  if (this.length && this[0].part) caught = this;
  return sort.call(this, order);
};
async function id(answer, i) {
  const key = caught[i] && `${caught[i].part.name}/${caught[i].item}`;
  if (known.has(key)) return known.get(key);
  const found = decodeURIComponent(/[/]d[/]([^/]+)[/]/.exec((await answer.hit(i)).url)[1]);
  if (key) known.set(key, found);
  return found;
}
const found = [];
for (const [query, filters, order] of arg) {
  caught = [];
  const answer = await engine.search(query, filters, order);
  if (caught.length && caught.length !== answer.total) throw new Error("other hits were sorted");
  const ids = [];
  for (let i = 0; i < answer.total; i += 1) ids.push(await id(answer, i));
  found.push({ ids, facets: answer.facets });
}
Array.prototype.sort = sort;
return found;
"""
)
"""Queries [text, filters, sort] → {ids in order, facets}.

A hit's id stands in its text's file. Each is read once, when first met; later the hit is known by
its place in the index, seen when the engine sorts its hits, so that thousands of queries are quick.
"""

NORMAL = "return arg.map((text) => window.dwgkNormal.form(text));"
"""Texts → their normal forms."""

NORMAL_CODES = """
const found = [];
for (let code = arg[0]; code < arg[1]; code += 1) {
  const lone = code >= 0xd800 && code < 0xe000;
  found.push(lone ? "" : window.dwgkNormal.form(`x${String.fromCodePoint(code)}x`));
}
return found;
"""
"""Code points from–until → the normal forms of each between two letters."""

ELSEWHERE = """
return performance.getEntriesByType("resource").map((each) => each.name)
  .filter((name) => !name.startsWith(arg) && !name.startsWith("data:"));
"""
"""What the page loaded that does not begin with an address."""
