/* The exact engine of the search page (see search.js for what an engine is).

   The index (generator/site/exact/whole.py) is a folder of small scripts, each calling dwgkData
   with its name, its length and its deflated contents: the same over https and from a folder. A
   segment has head (its items, bounds of its chunks, filters), c… and f… (which items have which
   pair of characters and where: many rare pairs, one frequent pair), t/… (an item's text), words
   (what its texts are like). */
(function () {
  "use strict";

  const ROOT = document.querySelector("[data-engine-root]").dataset.engineRoot;
  const SITE = new URL(ROOT, document.baseURI);
  const BASE = new URL("search/exact/", SITE);
  const BEFORE = 36;
  const LENGTH = 130;

  /* Files */

  const LETTERS = new Uint8Array(128);
  for (let code = 33, digit = 0; code < 127; code += 1) {
    if (!'"\\<'.includes(String.fromCharCode(code))) LETTERS[code] = digit++;
  }

  const arrived = new Map();
  const asked = new Map();
  let loads = 0;

  window.dwgkData = function (name, size, text) { arrived.set(name, { size, text }); };

  /* A file by name, as {size, text}; of a chunk, size is a list: start, weight, size and text of
     each piece. A page that asks for sign-on instead of the file is no
     script of ours: nothing arrives, and the search says so. */
  function file(name, version) {
    if (!asked.has(name)) {
      loads += 1;
      asked.set(name, new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        const done = function () {
          const found = arrived.get(name);
          arrived.delete(name);
          script.remove();
          if (found) return resolve(found);
          asked.delete(name);
          return reject(new Error("no data: " + name));
        };
        script.addEventListener("load", done);
        script.addEventListener("error", done);
        script.src = new URL(name + ".js" + (version ? "?v=" + version : ""), BASE).href;
        document.head.append(script);
      }));
    }
    return asked.get(name);
  }

  function fromLetters(text) {
    const bytes = new Uint8Array(Math.ceil(text.length / 2 * 13 / 8) + 1);
    let bits = 0, held = 0, out = 0;
    for (let i = 0; i < text.length; i += 2) {
      held |= (LETTERS[text.charCodeAt(i)] * 91 + LETTERS[text.charCodeAt(i + 1)]) << bits;
      for (bits += 13; bits >= 8; bits -= 8) {
        bytes[out++] = held & 255;
        held >>>= 8;
      }
    }
    bytes[out] = held;
    return bytes;
  }

  async function contents(name, version, dictionary) {
    const [found, window] = await Promise.all([file(name, version), dictionary || []]);
    return inflate(fromLetters(found.text), found.size, window);
  }

  async function json(name, version, dictionary) {
    return JSON.parse(new TextDecoder().decode(await contents(name, version, dictionary)));
  }

  /* RFC 1951. Browsers of campus offices are older than DecompressionStream. */

  const EXTRA_LENGTH = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5,
    5, 5, 0];
  const EXTRA_DISTANCE = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10,
    11, 11, 12, 12, 13, 13];
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const BASE_LENGTH = bases(EXTRA_LENGTH, 3);
  const BASE_DISTANCE = bases(EXTRA_DISTANCE, 1);
  BASE_LENGTH[28] = 258;

  function bases(extra, first) {
    const found = [];
    extra.forEach(function (bits) { found.push(first); first += 1 << bits; });
    return found;
  }

  /* A canonical code as a table: by length how many codes, and the symbols in order. */
  function tree(lengths) {
    const counts = new Uint16Array(16);
    lengths.forEach((length) => { counts[length] += 1; });
    counts[0] = 0;
    const starts = new Uint16Array(17);
    for (let i = 1; i < 16; i += 1) starts[i + 1] = starts[i] + counts[i];
    const symbols = new Uint16Array(lengths.length);
    lengths.forEach((length, symbol) => { if (length) symbols[starts[length]++] = symbol; });
    return { counts, symbols };
  }

  const filled = (parts) => [].concat(...parts.map(([count, value]) => Array(count).fill(value)));
  const FIXED = tree(filled([[144, 8], [112, 9], [24, 7], [8, 8]]));
  const FIXED_DISTANCE = tree(filled([[30, 5]]));

  function inflate(source, size, dictionary) {
    const out = new Uint8Array(dictionary.length + size);
    out.set(dictionary);
    let end = dictionary.length, place = 0, held = 0, bits = 0;

    function take(count) {
      while (bits < count) {
        held |= source[place++] << bits;
        bits += 8;
      }
      const value = held & ((1 << count) - 1);
      held >>>= count;
      bits -= count;
      return value;
    }

    function symbol(code) {
      let value = 0, first = 0, index = 0;
      for (let length = 1; length < 16; length += 1) {
        value |= take(1);
        const count = code.counts[length];
        if (value - count < first) return code.symbols[index + value - first];
        index += count;
        first = (first + count) << 1;
        value <<= 1;
      }
      throw new Error("broken data");
    }

    function trees() {
      const literals = take(5) + 257, distances = take(5) + 1, count = take(4) + 4;
      const lengths = Array(19).fill(0);
      for (let i = 0; i < count; i += 1) lengths[ORDER[i]] = take(3);
      const code = tree(lengths);
      const all = [];
      while (all.length < literals + distances) {
        const each = symbol(code);
        if (each < 16) all.push(each);
        else {
          const value = each === 16 ? all[all.length - 1] : 0;
          let times = each === 16 ? 3 + take(2) : each === 17 ? 3 + take(3) : 11 + take(7);
          while (times--) all.push(value);
        }
      }
      return [tree(all.slice(0, literals)), tree(all.slice(literals))];
    }

    function block(literals, distances) {
      for (;;) {
        const each = symbol(literals);
        if (each === 256) return;
        if (each < 256) out[end++] = each;
        else {
          const length = BASE_LENGTH[each - 257] + take(EXTRA_LENGTH[each - 257]);
          const far = symbol(distances);
          const distance = BASE_DISTANCE[far] + take(EXTRA_DISTANCE[far]);
          for (let i = 0; i < length; i += 1, end += 1) out[end] = out[end - distance];
        }
      }
    }

    let last = 0;
    while (!last) {
      last = take(1);
      const kind = take(2);
      if (kind === 0) {
        held = bits = 0; // fewer than eight bits are ever held back here
        const length = source[place] | (source[place + 1] << 8);
        out.set(source.subarray(place + 4, place + 4 + length), end);
        place += 4 + length;
        end += length;
      } else if (kind === 1) block(FIXED, FIXED_DISTANCE);
      else block(...trees());
    }
    return out.subarray(dictionary.length, end);
  }

  function numbers(bytes, from, until) {
    const found = new Uint32Array(until - from);
    let count = 0, value = 0, shift = 0;
    for (let i = from; i < until; i += 1) {
      value |= (bytes[i] & 127) << shift;
      if (bytes[i] < 128) {
        found[count++] = value >>> 0;
        value = shift = 0;
      } else shift += 7;
    }
    return found.subarray(0, count);
  }

  /* Segments */

  let opening = null;
  let opened = "";
  let sound = 0;

  function open() {
    if (!opening) {
      opening = parts();
      opening.catch(() => { opening = null; });
    }
    return opening;
  }

  async function parts() {
    opened = (await file("index", Date.now())).text;
    const table = await json("index");
    return Promise.all(table.segments.map(segment));
  }

  /* While the page is open, the site may be replaced by its next release. What was loaded is of one
     site if the table of segments, which has their versions, is afterwards still the one it was
     before: two tables in memory say so for every file that came in between. */
  async function settled() {
    const until = loads;
    if (SITE.protocol === "file:" || sound === until) return true;
    asked.delete("index");
    const { text } = await file("index", Date.now());
    if (text === opened) {
      sound = until + 1;
      return true;
    }
    asked.clear();
    opening = null;
    return false;
  }

  function sums(steps) {
    let sum = 0;
    return steps.map((step) => (sum += step));
  }

  /* A segment; its items are rows, oldest first. In postings they have numbers, which leave room
     for items to come. */
  async function segment([name, count, version]) {
    const head = await json(name + "/head", version);
    const numbers = sums(head.numbers);
    const frequent = sums(head.frequent[0]);
    return { name, count, version, numbers, titles: head.titles, filters: head.filters,
      rows: new Map(numbers.map((number, row) => [number, row])),
      frequent: new Map(frequent.map((token, i) => [token, head.frequent[1][i]])),
      starts: sums(head.rare[0]), weights: head.rare[1],
      loaded: new Map(), words: contents(name + "/words", version) };
  }

  const tokenOf = (first, second) => first * 0x200000 + second;

  /* The chunk that would hold a token: its own, or the last one that does not begin after it; null
     if there is none. */
  function chunkOf(part, token) {
    if (part.frequent.has(token)) {
      return { name: "f" + token.toString(16), weight: part.frequent.get(token) };
    }
    let low = 0, high = part.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (part.starts[middle] <= token) low = middle + 1;
      else high = middle;
    }
    if (!low) return null;
    return { name: "c" + part.starts[low - 1].toString(16), weight: part.weights[low - 1] };
  }

  function once(cache, key, make) {
    if (!cache.has(key)) {
      const made = make();
      cache.set(key, made);
      made.catch(() => cache.delete(key));
    }
    return cache.get(key);
  }

  /* A chunk's pieces: their numbers and bytes, where in them the parts begin, and their tokens. Of
     a place the high part is a number, the low byte stands at the end by itself. */
  function chunk(part, name) {
    return once(part.loaded, name, async function () {
      const { size: fields } = await file(part.name + "/" + name, part.version);
      const pieces = [];
      for (let i = 0; i < fields.length; i += 4) {
        pieces.push(piece(inflate(fromLetters(fields[i + 3]), fields[i + 2], [])));
      }
      return pieces;
    });
  }

  function piece(bytes) {
    const low = bytes.length - numbers(bytes, 0, Math.min(5, bytes.length))[0];
    const all = numbers(bytes, 0, low);
    const tokens = all[1];
    const steps = 2 + 3 * tokens, high = all.length - all[0];
    const marks = (steps + high) >> 1;
    const found = new Map();
    let entry = 0, place = 0, first = 0;
    for (let i = 2; i < steps; i += 3) {
      first += all[i];
      const second = all[i + 1], count = all[i + 2];
      found.set(tokenOf(first, second), { entry, count, place });
      if (second) for (let j = entry; j < entry + count; j += 1) place += all[marks + j] >> 1;
      entry += count;
    }
    return { bytes, low, all, steps, marks, high, found };
  }

  /* A token's items (by number), their marks (twice the count, plus one when the title has it), and
     for each the piece and where in it its places begin. Null where the token does not occur. */
  async function token(part, first, second) {
    const key = tokenOf(first, second), holder = chunkOf(part, key);
    if (!holder) return null;
    const items = [], marks = [], begins = [], pieces = [];
    for (const from of await chunk(part, holder.name)) {
      const entry = from.found.get(key);
      if (!entry) continue;
      let item = 0, place = entry.place;
      for (let i = entry.entry; i < entry.entry + entry.count; i += 1) {
        const mark = from.all[from.marks + i];
        item += from.all[from.steps + i];
        items.push(item);
        marks.push(mark);
        begins.push(place);
        pieces.push(from);
        place += mark >> 1;
      }
    }
    return items.length ? { items, marks, begins, pieces } : null;
  }

  /* Pairs that cover a phrase with the least to load: each at most two after the one before. */
  function cover(part, codes) {
    const last = codes.length - 2;
    const costs = [], from = [];
    for (let i = 0; i <= last; i += 1) {
      const holder = chunkOf(part, tokenOf(codes[i], codes[i + 1]));
      const own = !holder || part.loaded.has(holder.name) ? 1 : holder.weight;
      const back = i === 0 ? 0 : i === 1 || costs[i - 1] < costs[i - 2] ? 1 : 2;
      costs.push(own + (back ? costs[i - back] : 0));
      from.push(back);
    }
    const found = [];
    for (let i = last; ; i -= from[i]) {
      found.unshift(i);
      if (!i) return found;
    }
  }

  /* Items of a segment that contain a phrase: {items, counts, titles}, items as rows. */
  async function phrase(part, text) {
    const codes = Array.from(text, (each) => each.codePointAt(0));
    if (codes.length <= 2) {
      const found = await token(part, codes[0], codes[1] || 0);
      if (!found) return { items: [], counts: [], titles: [] };
      return { items: found.items.map((number) => part.rows.get(number)),
        counts: found.marks.map((mark) => mark >> 1), titles: found.marks.map((mark) => mark & 1) };
    }
    const offsets = cover(part, codes);
    const tokens = await Promise.all(offsets.map((i) => token(part, codes[i], codes[i + 1])));
    const none = { items: [], counts: [], titles: [] };
    if (tokens.includes(null)) return none;
    const common = intersect(tokens);
    if (!common.length) return none;
    return chained(part, common, tokens, offsets);
  }

  /* Items that all tokens have, each as the list of its entries in them. */
  function intersect(tokens) {
    const at = tokens.map(() => 0);
    const found = [];
    for (const item of tokens[0].items) {
      let all = true;
      tokens.forEach(function (each, i) {
        while (at[i] < each.items.length && each.items[at[i]] < item) at[i] += 1;
        if (each.items[at[i]] !== item) all = false;
      });
      if (all) found.push(at.slice());
    }
    return found;
  }

  function chained(part, common, tokens, offsets) {
    const result = { items: [], counts: [], titles: [] };
    for (const entries of common) {
      let starts = null;
      for (let i = 0; i < tokens.length; i += 1) {
        const { begins, marks, pieces } = tokens[i], entry = entries[i];
        starts = aligned(starts, pieces[entry], begins[entry], marks[entry] >> 1, offsets[i]);
        if (!starts.length) break;
      }
      if (starts.length) {
        const item = part.rows.get(tokens[0].items[entries[0]]);
        result.items.push(item);
        result.counts.push(starts.length);
        result.titles.push(starts[0] < part.titles[item] ? 1 : 0);
      }
    }
    return result;
  }

  /* Of the phrase's possible starts, those that have this pair at its offset. */
  function aligned(starts, { bytes, low, all, high }, begin, count, offset) {
    const found = [];
    let place = -offset, at = 0;
    for (let i = begin; i < begin + count; i += 1) {
      place += (all[high + i] << 8) | bytes[low + i];
      if (!starts) found.push(place);
      else {
        while (at < starts.length && starts[at] < place) at += 1;
        if (starts[at] === place) found.push(place);
      }
    }
    return found;
  }

  /* Queries: terms, "phrases", -exclusions */

  function parse(text) {
    const wanted = new Set(), unwanted = new Set();
    const terms = /(-?)(?:"([^"]*)"?|“([^”]*)”?|(\S+))/g;
    for (let match = terms.exec(text); match; match = terms.exec(text)) {
      const form = window.dwgkNormal.form(match[2] || match[3] || match[4] || "");
      if (form) (match[1] ? unwanted : wanted).add(form);
    }
    return { wanted: Array.from(wanted), unwanted: Array.from(unwanted) };
  }

  async function match(part, query) {
    const found = await Promise.all(query.wanted.map((each) => phrase(part, each)));
    const barred = await Promise.all(query.unwanted.map((each) => phrase(part, each)));
    const hits = new Uint8Array(part.count);
    found.forEach((each) => { for (const item of each.items) hits[item] += 1; });
    barred.forEach((each) => { for (const item of each.items) hits[item] = 255; });
    return { part, found, hits, all: query.wanted.length };
  }

  function scores(matched, total) {
    const weights = matched.length ? matched[0].found.map(function (_, i) {
      const having = matched.reduce((sum, each) => sum + each.found[i].items.length, 0);
      return Math.log(1 + total / Math.max(1, having));
    }) : [];
    return matched.map(function (each) {
      const titles = new Uint8Array(each.part.count), score = new Float64Array(each.part.count);
      each.found.forEach(function (one, i) {
        one.items.forEach(function (item, n) {
          titles[item] += one.titles[n];
          score[item] += weights[i] * (1 + Math.log(one.counts[n]));
        });
      });
      return { titles, score };
    });
  }

  /* What the filters let through, and what each choice would leave: an item barred by one
     filter alone still counts for that filter's other values. */
  function filtered(each, filters, counts) {
    const names = Object.keys(each.part.filters);
    const columns = names.map(function (name) {
      const table = each.part.filters[name];
      const wanted = table.values.indexOf(filters[name]);
      const open = table.sets.map((set) => !filters[name] || set.includes(wanted));
      return { name, table, open, tally: new Uint32Array(table.sets.length) };
    });
    const kept = [];
    for (let item = each.part.count - 1; item >= 0; item -= 1) {
      if (each.hits[item] !== each.all) continue;
      const barring = columns.filter((column) => !column.open[column.table.items[item]]);
      if (!barring.length) kept.push(item);
      (barring.length ? barring.length > 1 ? [] : barring : columns).forEach(function (column) {
        column.tally[column.table.items[item]] += 1;
      });
    }
    columns.forEach(function ({ name, table, tally }) {
      const into = counts[name] || (counts[name] = {});
      table.sets.forEach((set, i) => set.forEach(function (value) {
        into[table.values[value]] = (into[table.values[value]] || 0) + tally[i];
      }));
    });
    return kept;
  }

  async function search(text, filters, sort) {
    const parts = await open();
    const query = parse(text);
    const nothing = !query.wanted.length && !Object.keys(filters).length;
    if (nothing) return { total: 0, facets: {}, hit: () => Promise.reject(new Error("no hit")) };
    const matched = await Promise.all(parts.map((part) => match(part, query)));
    const ranks = scores(matched, parts.reduce((sum, part) => sum + part.count, 0));
    const facets = {}, hits = [];
    matched.forEach(function (each, i) {
      filtered(each, filters, facets).forEach(function (item) {
        const { titles, score } = ranks[i];
        hits.push({ part: each.part, item, titles: titles[item], score: score[item] });
      });
    });
    // Array.prototype.sort is stable: equal hits stay newest first.
    if (sort !== "date") hits.sort((a, b) => b.titles - a.titles || b.score - a.score);
    return { total: hits.length, facets, hit: (i) => describe(hits[i], query.wanted) };
  }

  /* Showing a hit */

  async function describe({ part, item }, phrases) {
    const facts = await json(part.name + "/t/" + part.numbers[item], part.version, part.words);
    const [id, title, date, unit, blocks] = facts;
    const marked = phrases.map((each) => '"' + each + '"').join(" ");
    // From a folder there is no server to find the page in its directory.
    const page = "d/" + id + (SITE.protocol === "file:" ? "/index.html" : "/");
    const url = new URL(page, SITE).href + (marked ? "#q=" + encodeURIComponent(marked) : "");
    return { url, title, date, unit, titleParts: marks(title, spans(title, phrases)),
      excerptParts: excerpt(blocks, phrases) };
  }

  /* Where the phrases stand in a text, as [from, until] of the text itself, merged. */
  function spans(text, phrases) {
    const mapped = window.dwgkNormal.map(text);
    const found = [];
    phrases.forEach(function (each) {
      for (let at = mapped.text.indexOf(each); at >= 0; at = mapped.text.indexOf(each, at + 1)) {
        const end = mapped.at[at + each.length - 1];
        found.push([mapped.at[at], end + String.fromCodePoint(text.codePointAt(end)).length]);
      }
    });
    found.sort((a, b) => a[0] - b[0]);
    return found.reduce(function (merged, span) {
      const last = merged[merged.length - 1];
      if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
      else merged.push(span);
      return merged;
    }, []);
  }

  function marks(text, found, from, until) {
    const begin = from || 0, end = until === undefined ? text.length : until;
    const parts = [];
    let done = begin;
    found.forEach(function ([a, b]) {
      if (b <= begin || a >= end) return;
      if (a > done) parts.push({ text: text.slice(done, a), mark: false });
      parts.push({ text: text.slice(Math.max(a, begin), Math.min(b, end)), mark: true });
      done = Math.min(b, end);
    });
    if (done < end) parts.push({ text: text.slice(done, end), mark: false });
    return parts;
  }

  /* The first block with the most of the phrases; -1 if none has any. */
  function bestBlock(blocks, phrases) {
    // Spelling out every block takes longer than all the rest: mostly it is not needed.
    const plain = blocks.findIndex((block) => phrases.every((each) => block.includes(each)));
    if (plain >= 0) return phrases.length ? plain : -1;
    let best = -1, most = 0;
    for (let i = 0; i < blocks.length && most < phrases.length; i += 1) {
      const form = window.dwgkNormal.form(blocks[i]);
      const score = phrases.filter((each) => form.includes(each)).length;
      if (score > most) { most = score; best = i; }
    }
    return best;
  }

  function excerpt(blocks, phrases) {
    let best = bestBlock(blocks, phrases);
    if (best < 0) best = Math.max(0, blocks.findIndex((block) => block.length > 20));
    let text = blocks[best] || "";
    for (let i = best + 1; i < blocks.length && text.length < LENGTH; i += 1) text += " " + blocks[i];
    const found = spans(text, phrases), first = found[0];
    const from = first && first[0] > BEFORE ? first[0] - BEFORE : 0;
    const until = Math.min(text.length, from + LENGTH);
    const parts = marks(text, found, from, until);
    if (from) parts.unshift({ text: "……", mark: false });
    if (until < text.length) parts.push({ text: "……", mark: false });
    return parts;
  }

  document.dispatchEvent(new CustomEvent("dwgk-engine", { detail: { search, settled } }));
})();
