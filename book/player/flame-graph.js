// A flame graph to click: a box takes the whole width, a search marks boxes.
//
// The boxes stand in the page, with their samples; this gives them places.
"use strict";

(() => {
  const ROW = 22;
  const LETTER = 7.4; // pixels of a letter, and a little more

  const made = (name, attributes = {}, text = "") => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.textContent = text;
    return element;
  };

  // What an element says of its box.
  const read = (element) => ({
    element,
    name: element.dataset.name,
    short: element.dataset.short,
    from: Number(element.dataset.from),
    samples: Number(element.dataset.samples),
    row: Number(element.dataset.row),
  });

  const end = (box) => box.from + box.samples;

  // Is one box on top of another, however far up?
  const isOn = (box, below) =>
    box.row > below.row && box.from >= below.from && end(box) <= end(below);

  class FlameGraph extends HTMLElement {
    connectedCallback() {
      if (this.boxes) return;
      this.svg = this.querySelector("svg");
      this.boxes = [...this.svg.querySelectorAll(".box")].map(read);
      this.rows = Math.max(...this.boxes.map((box) => box.row)) + 1;
      const first = this.boxes.filter((box) => box.row === 0);
      this.total = first.reduce((sum, box) => sum + box.samples, 0);
      this.all = { from: 0, samples: this.total, row: -1, name: "all" };
      this.view = this.all;
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", this.querySelector(".title").textContent);
      this.svg.parentElement.before(this.tools());
      this.say = made("p", { class: "say", "aria-live": "polite" });
      this.svg.parentElement.after(this.say);
      for (const box of this.boxes) this.prepare(box);
      this.boxes[0].element.setAttribute("tabindex", 0);
      new ResizeObserver(() => this.place()).observe(this.svg.parentElement);
      this.show(this.all);
    }

    tools() {
      const bar = made("div", { class: "tools" });
      this.reset = made("button", { type: "button" }, "Whole graph");
      this.reset.addEventListener("click", () => this.show(this.all));
      const label = made("label", {}, "Search ");
      this.wanted = made("input", { type: "search", spellcheck: "false" });
      this.wanted.addEventListener("input", () => this.search());
      // mdBook opens its own search, and turns pages, with keys.
      this.wanted.addEventListener("keydown", (e) => e.stopPropagation());
      label.append(this.wanted);
      bar.append(label, this.reset);
      return bar;
    }

    prepare(box) {
      const { element, name, samples } = box;
      element.setAttribute("role", "button");
      element.setAttribute("tabindex", -1);
      element.setAttribute("aria-label", `${name}: ${this.share(samples)}`);
      element.addEventListener("click", () => this.show(box));
      element.addEventListener("focus", () => this.tell(box));
      element.addEventListener("mouseenter", () => this.tell(box));
      element.addEventListener("keydown", (event) => this.key(event, box));
    }

    share(samples) {
      const percent = ((100 * samples) / this.total).toFixed(1);
      return `${samples} of ${this.total} samples, ${percent} %`;
    }

    tell(box) {
      this.say.textContent = `${box.name}: ${this.share(box.samples)}.`;
    }

    show(view) {
      this.view = view;
      this.reset.disabled = view === this.all;
      this.place();
      if (view === this.all) {
        this.say.textContent = "Click a box to give it the whole width.";
      } else {
        this.tell(view);
      }
    }

    // In pixels of the page, so that the letters keep their size.
    place() {
      const wide = this.svg.parentElement.clientWidth;
      if (wide === 0) return; // folded away
      const { view } = this;
      this.svg.setAttribute("viewBox", `0 0 ${wide} ${this.rows * ROW}`);
      for (const box of this.boxes) {
        const isBelow = isOn(view, box);
        const isShown = isBelow || box === view || isOn(box, view);
        box.element.toggleAttribute("hidden", !isShown);
        box.element.classList.toggle("below", isBelow);
        if (!isShown) continue;
        const scale = wide / view.samples;
        const x = isBelow ? 0 : (box.from - view.from) * scale;
        const width = isBelow ? wide : box.samples * scale;
        this.draw(box, x, Math.max(width - 1, 0.5));
      }
    }

    draw({ element, short, row }, x, width) {
      const [rectangle, text] = element.children;
      const y = (this.rows - 1 - row) * ROW;
      rectangle.setAttribute("x", x);
      rectangle.setAttribute("y", y);
      rectangle.setAttribute("width", width);
      const room = Math.floor((width - 6) / LETTER);
      const fits = short.length <= room;
      const cut = room > 3 ? `${short.slice(0, room - 1)}…` : "";
      text.textContent = fits ? short : cut;
      text.setAttribute("x", x + width / 2);
      text.setAttribute("y", y + 14);
    }

    search() {
      const wanted = this.wanted.value.trim().toLowerCase();
      const found = this.boxes.filter((box) => {
        const isFound = wanted !== "" && box.name.toLowerCase().includes(wanted);
        box.element.classList.toggle("read", isFound);
        box.element.classList.toggle("plain", !isFound);
        return isFound;
      });
      // What lies on top of a box that was found is counted with it.
      const lowest = found.filter((box) => !found.some((o) => isOn(box, o)));
      const samples = lowest.reduce((sum, box) => sum + box.samples, 0);
      this.say.textContent = wanted === ""
        ? ""
        : `Boxes: ${found.length}; on the stack in ${this.share(samples)}.`;
    }

    // Up and down the stack, to what is next to a box, and into it.
    key(event, box) {
      const shown = this.boxes.filter((b) => !b.element.hasAttribute("hidden"));
      const row = (number) => shown.filter((other) => other.row === number);
      const widest = (boxes) =>
        boxes.toSorted((a, b) => b.samples - a.samples)[0];
      const same = row(box.row);
      const steps = {
        ArrowUp: () => widest(row(box.row + 1).filter((b) => isOn(b, box))),
        ArrowDown: () => row(box.row - 1).find((b) => isOn(box, b)),
        ArrowLeft: () => same[same.indexOf(box) - 1],
        ArrowRight: () => same[same.indexOf(box) + 1],
        Enter: () => (this.show(box), box),
        " ": () => (this.show(box), box),
        Escape: () => (this.show(this.all), box),
      };
      const step = steps[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      const next = step();
      if (!next) return;
      for (const { element } of this.boxes) {
        element.setAttribute("tabindex", element === next.element ? 0 : -1);
      }
      next.element.focus();
    }
  }

  customElements.define("flame-graph", FlameGraph);
})();
