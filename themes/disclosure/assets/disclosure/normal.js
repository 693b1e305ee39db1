/* One spelling for what readers take to be the same: width, case, brackets, spaces.
   The index was written with the same rules (generator/site/exact/normal.py).

   dwgkNormal.form(text)  the normal form
   dwgkNormal.map(text)   {text: the normal form, at: for each unit of it, where it came from} */
(function () {
  "use strict";

  const SAME = { "〔": "[", "【": "[", "〖": "[", "［": "[", "〕": "]", "】": "]", "〗": "]", "］": "]",
    "○": "〇" };
  const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  // Written as text: the tests' parser of ES2019 does not know these classes.
  const GONE = new RegExp("[\\p{Cf}\\p{Cc}]", "u");
  const HAN = new RegExp("[\\u2e80-\\u303f\\u31c0-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}]", "u");
  const known = new Map();

  function replaced(character) {
    return SAME[character] || character;
  }

  function one(character) {
    let form = known.get(character);
    if (form === undefined) {
      if (SPACE.test(character)) form = " ";
      else if (GONE.test(character)) form = "";
      else {
        form = replaced(character).normalize("NFKC").toLowerCase();
        form = Array.from(form, replaced).join("");
      }
      known.set(character, form);
    }
    return form;
  }

  function map(text) {
    const found = []; // [character, where it came from]
    let place = 0;
    for (const character of text) {
      for (const each of one(character)) {
        const space = each === " ";
        const before = found.length ? found[found.length - 1][0] : " ";
        if (space && (before === " " || HAN.test(before))) continue;
        if (!space && HAN.test(each) && before === " " && found.length) found.pop();
        found.push([each, place]);
      }
      place += character.length;
    }
    if (found.length && found[found.length - 1][0] === " ") found.pop();
    const at = [];
    found.forEach(([each, from]) => { for (let i = 0; i < each.length; i += 1) at.push(from); });
    return { text: found.map((each) => each[0]).join(""), at };
  }

  window.dwgkNormal = { map, form: (text) => map(text).text };
})();
