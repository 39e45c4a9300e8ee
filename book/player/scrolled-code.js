// Code and tables that are wider than their box can be scrolled by the
// keyboard too.
"use strict";

(() => {
  const WIDE = "main pre > code, main .table-wrapper";

  const reach = () => {
    for (const part of document.querySelectorAll(WIDE)) {
      if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    }
  };
  reach();
  window.addEventListener("resize", reach);
})();
