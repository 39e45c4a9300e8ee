// Code that is wider than its box can be scrolled by the keyboard too.
"use strict";

(() => {
  const reach = () => {
    for (const code of document.querySelectorAll("main pre > code")) {
      if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
    }
  };
  reach();
  window.addEventListener("resize", reach);
})();
