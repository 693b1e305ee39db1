/* Pagefind as an engine of the search page (see search.js for what an engine is). */

const root = document.querySelector("[data-engine-root]").dataset.engineRoot;
const site = new URL(root, document.baseURI);
const bundle = new URL("pagefind/", site);
const FACETS = ["year", "category", "unit", "kind"];
const BEFORE = 36;
const LENGTH = 130;
let opening = null;

function open() {
  if (!opening) {
    opening = import(new URL("pagefind.js", bundle).href).then(async (pagefind) => {
      await pagefind.options({ excerptLength: 60 });
      await pagefind.filters(); // counts are given only once the filters are loaded
      return pagefind;
    });
  }
  return opening;
}

/* Pagefind answers wrongly, not with an error, where it could not fetch a part of its index
   (an expired session, a lost connection): ask every time whether we are still let in. */
async function stillSignedIn() {
  const answer = await fetch(new URL("pagefind-entry.json", bundle), { cache: "no-store" });
  if (!answer.ok) throw new Error("the index is not to be had");
  await answer.json();
}

/* Pagefind's excerpt is text with < and > escaped and <mark> around the words. */
function excerptParts(excerpt) {
  const parts = [];
  excerpt.split(/(<mark>[^<]*<\/mark>)/).forEach((piece) => {
    const mark = piece.startsWith("<mark>");
    const text = piece
      .replace(/<\/?mark>/g, "")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/\u200B/g, "");
    const last = parts[parts.length - 1];
    if (last && last.mark === mark) last.text += text;
    else if (text) parts.push({ text, mark });
  });
  return shorten(parts);
}

/* Text without spaces counts as one word: cut around the first mark ourselves. */
function shorten(parts) {
  const first = parts.findIndex((part) => part.mark);
  if (first > 0 && parts[first - 1].text.length > BEFORE) {
    parts.splice(0, first - 1);
    parts[0].text = "……" + parts[0].text.slice(-BEFORE);
  }
  let left = LENGTH;
  return parts.reduce((kept, part) => {
    if (left <= 0) return kept;
    const text = part.text.length > left ? part.text.slice(0, left) + "……" : part.text;
    left -= part.text.length;
    return kept.concat({ text, mark: part.mark });
  }, []);
}

async function describe(result) {
  const page = await result.data();
  return {
    url: new URL(page.raw_url.replace(/^\/+/, ""), site).href,
    title: page.meta.title,
    date: page.meta.date,
    unit: page.meta.unit,
    excerptParts: excerptParts(page.excerpt),
  };
}

/* What each choice would leave. For a facet already chosen: without that choice. */
async function count(pagefind, term, filters, answer) {
  const facets = {};
  for (const name of FACETS) {
    if (filters[name]) {
      const others = Object.assign({}, filters);
      delete others[name];
      const wider = await pagefind.search(term, { filters: others });
      facets[name] = wider.filters[name] || {};
    } else {
      facets[name] = answer.filters[name] || {};
    }
  }
  return facets;
}

async function search(query, filters, sort) {
  const pagefind = await open();
  const term = query || null;
  const options = { filters };
  if (sort === "date" || !term) options.sort = { date: "desc" };
  const [answer] = await Promise.all([pagefind.search(term, options), stillSignedIn()]);
  return {
    total: answer.results.length,
    facets: await count(pagefind, term, filters, answer),
    hit: (i) => describe(answer.results[i]),
  };
}

/* Its files are named by what is in them: those of another site are not there. */
const settled = () => Promise.resolve(true);

document.dispatchEvent(new CustomEvent("dwgk-engine", { detail: { search, settled } }));
