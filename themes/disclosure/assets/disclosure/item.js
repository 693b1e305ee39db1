/* Item pages: wide tables for the keyboard, and the searched phrases marked. */
(function () {
  "use strict";

  /* A table wider than the screen scrolls by itself: let the keyboard reach it. Browsers that do
     this on their own lose nothing, and without scripts the table still scrolls by touch. */
  const tables = Array.from(document.querySelectorAll(".text table"));

  function reach() {
    tables.forEach(function (table) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    });
  }

  window.addEventListener("resize", reach);
  reach();

  /* A hit of the search page leads here with #q="phrase" "phrase": mark them where a text node
     holds them whole, and show the first. */
  const query = /^#q=(.*)$/.exec(location.hash);
  if (!query || !window.dwgkNormal) return;
  let phrases;
  try {
    phrases = decodeURIComponent(query[1]).split('"').map(window.dwgkNormal.form).filter(Boolean);
  } catch (broken) {
    return;
  }

  function firstIn(node) {
    const mapped = window.dwgkNormal.map(node.data);
    const found = phrases
      .map((each) => [mapped.text.indexOf(each), each.length])
      .filter(([at]) => at >= 0)
      .sort((a, b) => a[0] - b[0])[0];
    if (!found) return null;
    const last = mapped.at[found[0] + found[1] - 1];
    const end = last + String.fromCodePoint(node.data.codePointAt(last)).length;
    return [mapped.at[found[0]], end];
  }

  function mark(node) {
    const span = firstIn(node);
    if (!span) return;
    const rest = node.splitText(span[0]);
    const after = rest.splitText(span[1] - span[0]);
    const marked = document.createElement("mark");
    rest.replaceWith(marked);
    marked.append(rest);
    mark(after);
  }

  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  nodes.forEach(mark);
  const first = document.querySelector("main mark");
  if (first) first.scrollIntoView({ block: "center" });
})();
