// Keys of the slides: to the next one and back, to both ends, and the notes.
"use strict";

{
  const slides = [...document.querySelectorAll(".slide")];

  // The slide that fills most of the window.
  const here = () => {
    const distance = (slide) => Math.abs(slide.getBoundingClientRect().top);
    const nearest = (a, b) => (distance(b) < distance(a) ? b : a);
    return slides.indexOf(slides.reduce(nearest));
  };

  const go = (number) => {
    const last = slides.length - 1;
    const slide = slides[Math.min(Math.max(number, 0), last)];
    slide.scrollIntoView({ block: "start" });
  };

  const moves = {
    ArrowRight: () => go(here() + 1),
    PageDown: () => go(here() + 1),
    " ": () => go(here() + 1),
    ArrowLeft: () => go(here() - 1),
    PageUp: () => go(here() - 1),
    Home: () => go(0),
    End: () => go(slides.length - 1),
    n: () => {
      const number = here();
      document.body.classList.toggle("with-notes");
      go(number);
    },
  };

  addEventListener("keydown", (event) => {
    const own = "step-player, quiz-card, live-program, turn-figure, a, button";
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    const move = moves[event.key];
    // What has the focus has its own use for keys.
    if (!move || !plain || event.target.closest?.(own)) return;
    event.preventDefault();
    move();
  });

  for (const code of document.querySelectorAll("pre code[class]")) {
    globalThis.hljs?.highlightBlock?.(code);
  }
}
