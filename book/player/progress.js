// A mark in the contents for each page that was read to its end. It stays in
// this browser.
"use strict";

(() => {
  const KEY = "runtime-internals-read";

  const load = () => {
    try {
      return new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
    } catch {
      return new Set();
    }
  };

  // The folder and the file: where the book lies does not matter.
  const name = (path) => path.split("/").slice(-2).join("/");

  const mark = () => {
    const read = load();
    for (const link of document.querySelectorAll(".sidebar a[href]")) {
      if (link.hash || !read.has(name(link.pathname))) continue;
      if (link.querySelector(".done")) continue;
      const done = document.createElement("span");
      done.className = "done";
      done.textContent = " ✓";
      done.title = "Read to its end";
      link.append(done);
    }
  };

  const end = document.querySelector("main > :last-child");
  if (end) {
    new IntersectionObserver((seen, observer) => {
      if (!seen.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      const read = load().add(name(location.pathname));
      try {
        localStorage.setItem(KEY, JSON.stringify([...read]));
      } catch {
        return; // a browser that keeps nothing
      }
      mark();
    }).observe(end);
  }
  mark();
})();
