// Colours code that is not in a block of mdBook's own, by its highlighter.
"use strict";

// Puts a line of Rust into an element; plain where there is no highlighter.
globalThis.colourRust = (place, line) => {
  try {
    place.innerHTML = hljs.highlight("rust", line, true).value;
  } catch {
    place.textContent = line;
  }
};

for (const line of document.querySelectorAll(".code-diff pre > *")) {
  globalThis.colourRust(line, line.textContent);
}
