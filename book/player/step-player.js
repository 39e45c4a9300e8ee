// The step-through player of a recording.
//
// The data stands in the element itself, so it also works from file://.
// All tracks of a recording take their steps together.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const PAUSE = 1100; // milliseconds a frame stays when playing
  const SPEEDS = [0.5, 1, 2];

  // The part of an address that names a player; a step comes after "@".
  const named = (title) =>
    title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

  const element = (name, attributes = {}, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    made.textContent = text;
    return made;
  };

  // Keeps a tile's element while the tile stays, so that it glides.
  class Drawing {
    constructor(svg) {
      this.svg = svg;
      this.group = svg.querySelector(".tiles");
      this.group.replaceChildren();
      this.tiles = new Map();
      this.arrows = document.createElementNS(SVG, "g");
      this.arrows.setAttribute("class", "arrows");
      this.group.after(this.arrows);
    }

    show(frame) {
      this.svg.setAttribute("aria-label", frame.say);
      const gone = new Set(this.tiles.keys());
      for (const tile of frame.tiles) {
        gone.delete(tile.id);
        this.place(tile);
      }
      for (const id of gone) {
        this.tiles.get(id).remove();
        this.tiles.delete(id);
      }
      this.point(frame.arrows ?? []);
    }

    // Arrows above the tiles; they come and stay.
    point(paths) {
      const arrows = paths.map((path) => {
        const arrow = document.createElementNS(SVG, "path");
        arrow.setAttribute("d", path);
        return arrow;
      });
      this.arrows.replaceChildren(...arrows);
    }

    place(tile) {
      let shape = this.tiles.get(tile.id);
      if (!shape) {
        shape = this.make();
        this.tiles.set(tile.id, shape);
      }
      shape.setAttribute("class", `tile ${tile.look}`);
      shape.style.transform = `translate(${tile.at[0]}px, ${tile.at[1]}px)`;
      const [rectangle, text] = shape.children;
      text.textContent = tile.text;
      rectangle.setAttribute("width", tile.width);
      rectangle.setAttribute("x", -tile.width / 2);
    }

    make() {
      const shape = document.createElementNS(SVG, "g");
      const rectangle = document.createElementNS(SVG, "rect");
      const text = document.createElementNS(SVG, "text");
      for (const [key, value] of Object.entries({ y: -11, height: 22, rx: 3 })) {
        rectangle.setAttribute(key, value);
      }
      text.setAttribute("y", 4);
      shape.append(rectangle, text);
      this.group.append(shape);
      return shape;
    }
  }

  class TrackView {
    constructor(track, place) {
      this.track = track;
      this.drawing = new Drawing(place.querySelector("svg"));
      this.say = element("p", { class: "say" });
      this.count = element("p", { class: "count" });
      this.code = element("pre", { class: "source", tabindex: 0 });
      this.code.setAttribute("aria-label", `Source of ${track.name}`);
      this.code.setAttribute("role", "group");
      this.lines = track.code.map((line) => {
        const shown = element("span");
        globalThis.colourRust(shown, `${line}\n`);
        this.code.append(shown);
        return shown;
      });
      const steps = place.querySelector(".steps");
      steps.before(this.say, this.count);
      if (this.lines.length > 0) steps.before(this.code);
    }

    get length() {
      return this.track.frames.length;
    }

    show(step) {
      const frame = this.track.frames[Math.min(step, this.length - 1)];
      this.drawing.show(frame);
      this.say.textContent = frame.say;
      this.count.textContent = frame.count;
      this.lines.forEach((line, number) => {
        line.classList.toggle("now", number === frame.line);
      });
      this.scroll(this.lines[frame.line]);
    }

    // Within the pane only: the page stays where it is.
    scroll(line) {
      if (!line) return;
      const { clientHeight } = this.code;
      const middle = line.offsetTop + line.offsetHeight / 2;
      this.code.scrollTop = middle - clientHeight / 2;
    }
  }

  class StepPlayer extends HTMLElement {
    connectedCallback() {
      if (this.views) return;
      const data = this.querySelector("script");
      if (!data) return; // the page to print
      const recording = JSON.parse(data.textContent);
      this.runs = this.recordedRuns(recording.tracks[0].frames);
      const places = [...this.querySelectorAll(".track")];
      this.views = recording.tracks.map(
        (track, number) => new TrackView(track, places[number]),
      );
      this.last = Math.max(...this.views.map((view) => view.length)) - 1;
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", recording.title);
      // So that a click gives it the keys.
      this.tabIndex = 0;
      this.id ||= named(recording.title);
      this.querySelector(".title").after(...this.switches());
      this.querySelector(".tracks").after(this.controls(), ...this.game());
      this.addEventListener("keydown", (event) => this.key(event));
      this.classList.add("ready");
      this.show(0);
      this.endOnPaper();
      this.follow();
      window.addEventListener("hashchange", () => this.follow());
    }

    // The run that is shown first, and others of the same threads.
    recordedRuns(first) {
      const runs = [first];
      const others = this.querySelectorAll(":scope > script")[1];
      for (const { of, same, frames } of JSON.parse(others?.textContent ?? "[]")) {
        runs.push([...runs[of].slice(0, same), ...frames]);
      }
      return runs;
    }

    // Shows the step that the address names.
    follow() {
      const [name, step] = decodeURIComponent(location.hash).slice(1).split("@");
      if (name !== this.id || step === undefined) return;
      this.go(Number(step) || 0);
      this.scrollIntoView({ block: "center" });
    }

    // Which track is shown, where there is room for one only.
    switches() {
      if (this.views.length < 2) return [];
      const bar = element("div", { class: "controls switches" });
      const tracks = [...this.querySelectorAll(".track")];
      const buttons = this.views.map(({ track }, number) => {
        const button = element("button", { type: "button" }, track.name);
        button.addEventListener("click", () => choose(number));
        return button;
      });
      const choose = (chosen) => {
        tracks.forEach((track, number) => {
          track.classList.toggle("chosen", number === chosen);
          buttons[number].setAttribute("aria-pressed", number === chosen);
        });
        this.show(this.step ?? 0);
      };
      bar.append(...buttons);
      queueMicrotask(() => choose(0));
      return [bar];
    }

    disconnectedCallback() {
      this.pause();
    }

    // A sheet has one picture: the last.
    endOnPaper() {
      window.addEventListener("beforeprint", () => {
        const { step } = this;
        this.go(this.last);
        const back = () => this.show(step);
        window.addEventListener("afterprint", back, { once: true });
      });
    }

    controls() {
      const bar = element("div", { class: "controls" });
      const button = (label, sign, act) => {
        const made = element("button", { type: "button" }, sign);
        made.setAttribute("aria-label", label);
        made.title = label;
        made.addEventListener("click", act);
        bar.append(made);
        return made;
      };
      button("First step", "|◂", () => this.go(0));
      button("Step back", "◂", () => this.go(this.step - 1));
      this.toggle = button("Play", "▸▸", () => this.playOrPause());
      button("Step forward", "▸", () => this.go(this.step + 1));
      button("Last step", "▸|", () => this.go(this.last));
      this.slider = element("input", {
        type: "range", min: 0, max: this.last, "aria-label": "Step",
      });
      this.slider.addEventListener("input", () => {
        this.go(Number(this.slider.value));
      });
      this.position = element("a", { class: "position" });
      this.position.title = "Link to this step";
      this.speed = element("select", { "aria-label": "Speed" });
      for (const speed of SPEEDS) {
        this.speed.append(element("option", { value: speed }, `${speed}×`));
      }
      this.speed.value = 1;
      this.speed.addEventListener("change", () => {
        if (this.timer) this.pause(), this.playOrPause();
      });
      // The captions are read out here, once for all tracks.
      this.live = element("p", { class: "live", "aria-live": "polite" });
      bar.append(this.slider, this.position, this.speed, this.live);
      return bar;
    }

    // Who takes the next step? Only where several threads could.
    game() {
      const frames = this.views[0].track.frames;
      const actors = new Set(frames.map((frame) => frame.actor));
      actors.delete(undefined);
      if (actors.size < 2) return [];
      const bar = element("div", { class: "controls game" });
      const result = element("span", { role: "status" });
      bar.append(element("span", {}, "Which thread next?"));
      for (const actor of actors) {
        const button = element("button", { type: "button" }, actor);
        button.addEventListener("click", () => {
          result.textContent = this.take(actor);
        });
        bar.append(button);
      }
      bar.append(result);
      return [bar];
    }

    // Lets a thread go on, if a run has it so, and says what that came to.
    take(actor) {
      const { frames } = this.views[0].track;
      if (this.step === this.last) {
        return "This run has ended: go back to its first step.";
      }
      const next = frames[this.step + 1].actor;
      if (this.runs.length === 1 || !next) {
        this.go(this.step + 1);
        return this.verdict(actor, next);
      }
      const takes = (run) => run[this.step + 1]?.actor === actor;
      const chosen = this.alike().filter(takes);
      if (chosen.length === 0) {
        return `In no run that loom tried does ${actor} go on here.`;
      }
      if (next !== actor) this.follows(chosen[0]);
      this.go(this.step + 1);
      return this.left(this.alike());
    }

    verdict(chosen, next) {
      if (!next) return "No thread gets further.";
      if (next === chosen) return `Yes, ${next}.`;
      return `It might, but the bug showed when ${next} went on.`;
    }

    // The runs whose steps up to here are those that are shown.
    alike() {
      const shown = this.views[0].track.frames.slice(0, this.step + 1);
      return this.runs.filter((run) =>
        shown.every(({ say }, at) => run[at]?.say === say),
      );
    }

    left(runs) {
      const fails = runs.includes(this.runs[0]);
      if (runs.length === 1) {
        return fails
          ? "Only the run that fails begins so."
          : "One run begins so, and it ends well.";
      }
      const ends = fails ? "one of them fails" : "they all end well";
      return `${runs.length} of ${this.runs.length} runs begin so, and ${ends}.`;
    }

    // From here on another run is shown.
    follows(run) {
      this.views[0].track.frames = run;
      this.last = run.length - 1;
      this.slider.max = this.last;
    }

    // Also stops mdBook, which turns pages with the arrow keys.
    key(event) {
      const steps = {
        ArrowLeft: () => this.go(this.step - 1),
        ArrowRight: () => this.go(this.step + 1),
        Home: () => this.go(0),
        End: () => this.go(this.last),
        " ": () => this.playOrPause(),
      };
      // These have a use of their own for some keys.
      const own = event.target.closest("select, summary, a");
      const isPressed = event.key === " " && event.target.closest("button");
      const act = own || isPressed ? undefined : steps[event.key];
      if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    }

    go(step) {
      this.pause();
      this.show(Math.max(0, Math.min(step, this.last)));
    }

    show(step) {
      this.step = step;
      // Who begins anew sees the first run again.
      if (step === 0 && this.runs.length > 1) this.follows(this.runs[0]);
      this.views.forEach((view) => view.show(step));
      this.slider.value = step;
      this.position.textContent = `${step} / ${this.last}`;
      this.position.href = `#${this.id}@${step}`;
      const said = this.views.map(
        (view) => `${view.track.name}: ${view.say.textContent}`,
      );
      this.live.textContent = this.timer ? "" : said.join(" ");
      this.dataset.step = step;
      this.dispatchEvent(new Event("step", { bubbles: true }));
    }

    playOrPause() {
      if (this.timer) return this.pause();
      if (this.step === this.last) this.show(0);
      this.timer = setInterval(() => {
        this.show(this.step + 1);
        if (this.step === this.last) this.pause();
      }, PAUSE / Number(this.speed.value));
      this.label("Pause", "❚❚");
    }

    pause() {
      clearInterval(this.timer);
      this.timer = undefined;
      this.label("Play", "▸▸");
    }

    label(label, sign) {
      this.toggle.textContent = sign;
      this.toggle.setAttribute("aria-label", label);
      this.toggle.title = label;
    }
  }

  customElements.define("step-player", StepPlayer);
})();
