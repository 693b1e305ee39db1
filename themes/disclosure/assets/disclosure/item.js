/* A table wider than the screen scrolls by itself: let the keyboard reach it. Browsers that do
   this on their own lose nothing, and without scripts the table still scrolls by touch. */
(function () {
  "use strict";
  const tables = Array.from(document.querySelectorAll(".text table"));

  function mark() {
    tables.forEach(function (table) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    });
  }

  window.addEventListener("resize", mark);
  mark();
})();
