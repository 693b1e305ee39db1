/* The search page. Runs the query of the address bar with whatever engine announces itself.

   An engine is {search(query, filters, sort) -> Promise<{total, facets, hit}>, settled}:
   query   string, may be empty when filters are given
   filters {year, category, unit, kind}: chosen value or absent
   sort    "" (best first) or "date" (newest first)
   facets  {year: {"2025": 12, …}, …}: what choosing that value would leave
   hit(i)  -> Promise<{url, title, date, unit, titleParts, excerptParts}>; parts are
           [{text, mark}], those of the title optional
   and settled() -> Promise<boolean>: false where the site was replaced while files of its index
           were loading, so that answers and hits may be wrong; the next search begins afresh
   It is loaded from data-engine-script and dispatches "dwgk-engine" on document, detail = itself. */
(function () {
  "use strict";

  const root = document.querySelector("[data-search]");
  if (!root) return;

  const BATCH = 10;
  const PATIENCE = 30000;
  const TRIES = 3;
  const PAUSE = 60; // ms without a key after which what is typed so far is looked up
  const FACETS = ["year", "category", "unit", "kind"];
  const FIELDS = ["q"].concat(FACETS, "sort");
  const part = (name) => root.querySelector("[data-search-" + name + "]");
  const form = part("form");
  const list = part("hits");
  const more = part("more");
  const pageTitle = document.title;
  let loading = null;
  let turn = 0;
  let found = null;
  let shown = 0;
  let ahead = null;
  let pause = 0;
  let typed = form.elements.q.value !== ""; // on a slow line before this script was there

  function engine() {
    if (!loading) {
      loading = new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        const fail = () => reject(new Error("the search engine did not load"));
        document.addEventListener("dwgk-engine", (event) => resolve(event.detail), { once: true });
        script.addEventListener("error", fail);
        script.addEventListener("load", fail); // too late to matter when it announced itself
        script.type = root.dataset.engineType;
        script.src = root.dataset.engineScript;
        document.head.append(script);
      });
    }
    return loading;
  }

  function withPatience(promise) {
    return new Promise(function (resolve, reject) {
      const clock = setTimeout(() => reject(new Error("the search engine is silent")), PATIENCE);
      promise.then(resolve, reject).then(() => clearTimeout(clock));
    });
  }

  /* Address bar and form: the address is the truth, the form shows it. */

  function fromAddress() {
    const params = new URLSearchParams(location.search);
    const asked = {};
    FIELDS.forEach((name) => { asked[name] = (params.get(name) || "").trim(); });
    return asked;
  }

  function fillForm(asked) {
    FIELDS.forEach(function (name) {
      const field = form.elements[name];
      if (name === "q" && typed) return;
      field.value = asked[name];
      if (field.value !== asked[name]) { // a linked search for a value this site does not have
        field.add(new Option(asked[name], asked[name], false, true));
      }
    });
  }

  function fromForm() {
    const asked = {};
    FIELDS.forEach((name) => { asked[name] = form.elements[name].value.trim(); });
    return asked;
  }

  function toAddress() {
    const params = new URLSearchParams();
    Object.entries(fromForm()).forEach(([name, value]) => { if (value) params.set(name, value); });
    const query = params.toString();
    const target = location.pathname + (query ? "?" + query : "");
    if (target === location.pathname + location.search) return run();
    try {
      history.pushState(null, "", target);
    } catch (refused) { // a page opened from a folder may not change its address: go there instead
      location.assign(target);
      return undefined;
    }
    return run();
  }

  /* Asking. What is being typed is looked up before it is asked for, and shown when it is. */

  function answerTo(asked) {
    const key = JSON.stringify(asked);
    if (!ahead || ahead.key !== key) {
      const filters = {};
      FACETS.forEach((name) => { if (asked[name]) filters[name] = asked[name]; });
      const mine = { key, ready: look(asked, filters, TRIES) };
      mine.ready.catch(() => { if (ahead === mine) ahead = null; });
      ahead = mine;
    }
    return ahead.ready;
  }

  /* An answer and its first hits, all of one and the same site: again where it was replaced. */
  async function look(asked, filters, tries) {
    const ready = await engine();
    let looked = null, problem = null;
    try {
      const answer = await ready.search(asked.q, filters, asked.sort);
      looked = { answer, hits: await batch(answer, 0) };
    } catch (error) {
      problem = error;
    }
    if (await ready.settled()) {
      if (problem) throw problem;
      return looked;
    }
    if (tries > 1) return look(asked, filters, tries - 1);
    throw problem || new Error("the site is being replaced");
  }

  function batch(answer, from) {
    const wanted = [];
    for (let i = from; i < Math.min(from + BATCH, answer.total); i += 1) wanted.push(answer.hit(i));
    return Promise.all(wanted);
  }

  function lookAhead(event) {
    clearTimeout(pause);
    if (event.isComposing) return;
    pause = setTimeout(function () {
      const asked = fromForm();
      if (asked.q) answerTo(asked);
    }, PAUSE);
  }

  /* Showing */

  function show(state) {
    part("busy").hidden = state !== "busy";
    part("found").hidden = state !== "found";
    part("none").hidden = state !== "found" || found.total > 0;
    part("failed").hidden = state !== "failed";
    part("browse").hidden = state === "busy" || (state === "found" && found.total > 0);
    list.hidden = state !== "found" || found.total === 0;
    more.hidden = state !== "found" || shown >= found.total;
  }

  function node(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function fill(parent, parts) {
    parts.forEach(function (piece) {
      parent.append(piece.mark ? node("mark", "", piece.text) : piece.text);
    });
  }

  function hitNode(hit) {
    const item = node("li", "hit");
    item.setAttribute("data-search-hit", "");
    const heading = node("h2", "hit-title");
    const link = node("a", "", "");
    link.href = hit.url;
    fill(link, hit.titleParts || [{ text: hit.title, mark: false }]);
    heading.append(link);
    const facts = node("p", "hit-facts");
    if (hit.unit) facts.append(node("span", "", hit.unit));
    if (hit.date) {
      const time = node("time", "", hit.date);
      time.dateTime = hit.date;
      facts.append(time);
    }
    const excerpt = node("p", "hit-excerpt");
    fill(excerpt, hit.excerptParts);
    item.append(heading, facts, excerpt);
    return item;
  }

  function showCounts(facets) {
    FACETS.forEach(function (name) {
      Array.from(form.elements[name].options).forEach(function (option) {
        if (!option.value) return;
        if (!option.dataset.label) option.dataset.label = option.text;
        const counts = facets && facets[name];
        option.text = option.dataset.label + (counts ? "（" + (counts[option.value] || 0) + "）" : "");
      });
    });
  }

  function showHits(hits) {
    const nodes = hits.map(hitNode);
    list.append(...nodes);
    shown += nodes.length;
    return nodes[0];
  }

  /* Running */

  async function run() {
    turn += 1;
    const mine = turn;
    const asked = fromAddress();
    fillForm(asked);
    typed = false;
    list.textContent = "";
    part("total").textContent = "";
    shown = 0;
    document.title = asked.q ? asked.q + " - " + pageTitle : pageTitle;
    if (!asked.q && !FACETS.some((name) => asked[name])) {
      showCounts(null);
      show("empty");
      return;
    }
    show("busy");
    try {
      const { answer, hits } = await withPatience(answerTo(asked));
      if (mine !== turn) return;
      found = answer;
      showCounts(found.facets);
      showHits(hits);
      part("total").textContent = String(found.total);
      show("found");
    } catch (error) {
      if (mine === turn) failed(error);
    }
  }

  function failed(error) {
    console.warn(error);
    part("reload").href = location.href;
    show("failed");
  }

  form.elements.q.addEventListener("input", lookAhead);
  form.elements.q.addEventListener("compositionend", lookAhead);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    toAddress();
  });
  form.addEventListener("change", function (event) {
    if (event.target.tagName === "SELECT") toAddress();
  });
  async function showMore() {
    const mine = turn;
    const ready = await engine();
    const hits = await withPatience(batch(found, shown)).catch((error) => error);
    const settled = await ready.settled();
    if (mine !== turn) return;
    if (!settled) {
      ahead = null;
      run();
    } else if (hits instanceof Error) failed(hits);
    else {
      const first = showHits(hits);
      show("found");
      first.querySelector("a").focus();
    }
  }

  more.addEventListener("click", () => { showMore().catch(failed); });
  part("reload").addEventListener("click", function (event) {
    event.preventDefault();
    location.reload(); // behind a sign-on this is where the reader is asked to sign in again
  });
  window.addEventListener("popstate", run);
  run();
})();
