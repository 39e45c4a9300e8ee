// Figures with something to turn: sliders, and what follows from them.
//
// Each figure is arithmetic that the chapter explains; nothing is measured.
// Those that take many steps are in turn-simulations.js.
"use strict";

(() => {
  const LINE = 64; // bytes of a cache line

  const many = (count, one, more = `${one}s`) =>
    `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

  // Levels of a heap with so many children a node.
  const levels = (timers, children) => {
    let [depth, room, width] = [0, 0, 1];
    while (room < timers) {
      room += width;
      width *= children;
      depth += 1;
    }
    return depth;
  };

  // Statements in which a guard is born: each line with whether the lock is
  // held there in edition 2021, and in 2024.
  const STATEMENTS = {
    "let guard = …;": [
      ["let guard = mutex.lock();", true, true],
      ["work();", true, true],
      ["} // the end of the block", false, false],
    ],
    "let _ = …;": [
      ["let _ = mutex.lock();", true, true],
      ["work();", false, false],
    ],
    "match … { }": [
      ["match mutex.lock().pop() {", true, true],
      ["    Some(job) => run(job),", true, true],
      ["    None => wait(),", true, true],
      ["}", false, false],
    ],
    "match { … } { }": [
      ["match { mutex.lock().pop() } {", true, true],
      ["    Some(job) => run(job),", true, false],
      ["    None => wait(),", true, false],
      ["}", false, false],
    ],
    "let job = …; match job { }": [
      ["let job = mutex.lock().pop();", true, true],
      ["match job {", false, false],
      ["    Some(job) => run(job),", false, false],
      ["    None => wait(),", false, false],
      ["}", false, false],
    ],
    "if let … { } else { }": [
      ["if let Some(job) = mutex.lock().pop() {", true, true],
      ["    run(job);", true, true],
      ["} else {", true, false],
      ["    wait();", true, false],
      ["}", false, false],
    ],
    "while let … { }": [
      ["while let Some(job) = mutex.lock().pop() {", true, true],
      ["    run(job);", true, true],
      ["}", false, false],
    ],
    "if … { }": [
      ["if mutex.lock().is_empty() {", true, true],
      ["    wait();", false, false],
      ["}", false, false],
    ],
    "let … else { };": [
      ["let Some(job) = mutex.lock().pop() else {", true, true],
      ["    return;", false, false],
      ["};", false, false],
      ["run(job);", false, false],
    ],
  };

  const FIGURES = {
    ...globalThis.turnSimulations,
    "guard-lifetime": {
      inputs: [
        ["Statement", Object.keys(STATEMENTS), 5],
        ["Edition", ["2021", "2024"], 0],
      ],
      draw(statement, edition) {
        const column = edition === "2021" ? 1 : 2;
        const lines = STATEMENTS[statement];
        const held = lines.filter((line) => line[column]).length;
        const differ = lines.some(([, old, now]) => old !== now);
        return {
          say: `The lock is held in ${many(held, "line")}. ` +
            (differ
              ? "The other edition frees it elsewhere."
              : "Both editions agree."),
          code: lines.map((line) => [line[0], line[column]]),
        };
      },
    },
    "heap-levels": {
      inputs: [
        ["Timers", [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000], 5],
        ["Children of a node", [2, 3, 4, 8, 16], 2],
      ],
      draw(timers, children) {
        const steps = levels(timers, children) - 1;
        return {
          say: `${many(steps + 1, "level")}: a timer climbs at most ` +
            `${many(steps, "step")}. On the way down each step finds the ` +
            `first of ${children} children and compares it with the timer ` +
            "that moves.",
          bars: [
            ["waits for memory, up or down", steps],
            ["comparisons on the way up", steps],
            ["comparisons on the way down", steps * children],
          ],
        };
      },
    },
    "cache-lines": {
      inputs: [
        ["Node", [0, 1, 2, 3, 4, 5], 1],
        ["Children of a node", [2, 4, 8], 1],
        ["Bytes of an entry", [8, 16, 32], 1],
        ["Unused entries before the root", [0, 1, 2, 3], 0],
      ],
      draw(node, children, bytes, unused) {
        const first = unused + children * node + 1;
        const lineOf = (at) => Math.floor((at * bytes) / LINE);
        const last = first + children - 1;
        const touched = lineOf(last) - lineOf(first) + 1;
        const perLine = LINE / bytes;
        const start = lineOf(first) * perLine;
        const end = Math.max((lineOf(last) + 1) * perLine, start + 2 * perLine);
        const cells = [];
        for (let at = start; at < end; at += 1) {
          const child = at >= first && at <= last;
          cells.push([at < unused ? "" : String(at - unused), child]);
        }
        return {
          say: `The ${children} children of node ${node} are in ` +
            `${many(touched, "cache line")} of ${LINE} bytes.`,
          cells,
          perLine,
        };
      },
    },
    tick: {
      inputs: [
        ["Tick, in tenths of a millisecond", [1, 5, 10, 20, 40], 2],
        ["Sleep, in tenths of a millisecond", [1, 2, 5, 10, 15, 25], 1],
        ["Started after a tick by, in tenths", [0, 1, 3, 5, 9], 4],
      ],
      draw(tick, sleep, phase) {
        const start = Math.min(phase, tick - 1);
        const woken = Math.ceil((start + sleep) / tick) * tick - start;
        const ms = (tenths) => `${(tenths / 10).toFixed(1)} ms`;
        return {
          say: `The first tick that is not early comes ${ms(woken)} after the ` +
            `start: ${ms(woken - sleep)} late.`,
          bars: [["asked for", sleep, ms(sleep)], ["slept", woken, ms(woken)]],
        };
      },
    },
    handover: {
      inputs: [
        ["The holder works for, in µs", [1, 2, 5, 10, 50, 200], 1],
        ["A wake-up takes, in µs", [1, 5, 20, 50, 100], 3],
      ],
      draw(work, wake) {
        const fair = Math.round(1e6 / (work + wake));
        const unfair = Math.round(1e6 / work);
        return {
          say: "Handed over, the lock lies idle until the sleeper runs: " +
            `${(unfair / fair).toFixed(1)} times fewer turns.`,
          bars: [
            ["turns a second, free for all", unfair],
            ["turns a second, handed over", fair],
          ],
        };
      },
    },
    slack: {
      inputs: [
        ["A deadline every, in µs", [5, 10, 20, 50, 100], 2],
        ["Slack, in µs", [0, 1, 10, 50, 100, 200], 3],
      ],
      draw(gap, slack) {
        const together = Math.floor(slack / gap) + 1;
        const perSecond = (served) => Math.round(1e6 / (gap * served));
        return {
          say: `One interrupt wakes ${many(together, "thread")}; the first of ` +
            `them is ${slack} µs late.`,
          bars: [
            ["interrupts a second, without slack", perSecond(1)],
            ["interrupts a second, with it", perSecond(together)],
          ],
        };
      },
    },
    drift: {
      inputs: [
        ["Period, in ms", [5, 10, 20, 50], 1],
        ["Work in each round, in ms", [0, 1, 2, 5, 15], 1],
      ],
      draw(period, work) {
        const slept = Math.floor(1000 / (period + work));
        // A ticker keeps the grid and drops what is missed.
        const grid = period * Math.max(1, Math.ceil(work / period));
        const ticked = Math.floor(1000 / grid);
        return {
          say: "A loop that sleeps adds its work to each round; a ticker " +
            "takes it out of the wait.",
          bars: [
            ["rounds a second, by sleeping", slept],
            ["rounds a second, by a ticker", ticked],
          ],
        };
      },
    },
    pacing: {
      inputs: [
        ["Live heap, in MiB", [4, 16, 64, 256], 0],
        ["GOGC, in percent", [25, 50, 100, 200, 400], 2],
        ["Bytes of a file's object", [32, 64, 128, 512, 4096], 2],
        ["Limit of descriptors", [256, 1024, 65536, 1048576], 1],
      ],
      draw(heap, gogc, bytes, limit) {
        const room = (heap * 1024 * 1024 * gogc) / 100;
        const files = Math.floor(room / bytes);
        const say = files < limit
          ? "The collector comes first, and closes those that are forgotten."
          : "The limit comes first: the next open fails with EMFILE, and the " +
            "collector has seen nothing that would make it run.";
        return {
          say,
          bars: [
            ["files forgotten before a collection", files],
            ["limit of descriptors", limit],
          ],
        };
      },
    },
  };

  const made = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };

  // Rows of bars; the longest takes the whole width.
  const bars = (rows) => {
    const most = Math.max(...rows.map(([, value]) => value), 1);
    return rows.map(([label, value, text]) => {
      const bar = made("span", { class: "bar" });
      bar.style.width = `${Math.max((100 * value) / most, 0.5)}%`;
      const shown = text ?? value.toLocaleString("en");
      return made("p", { class: "row" }, `${label}: ${shown}`, bar);
    });
  };

  // Cells of memory; a gap stands between two lines.
  const memory = (cells, perLine) => {
    const lines = [];
    for (let at = 0; at < cells.length; at += perLine) {
      const line = cells.slice(at, at + perLine).map(([text, child]) =>
        made("span", { class: child ? "cell child" : "cell" }, text),
      );
      lines.push(made("span", { class: "line" }, ...line));
    }
    return [made("p", { class: "memory" }, ...lines)];
  };

  // Lines of code, with the state of the lock before each.
  const code = (lines) =>
    lines.map(([text, held]) =>
      made(
        "pre",
        { class: held ? "code held" : "code" },
        `${held ? "held" : "free"}  ${text}`,
      ),
    );

  // Numbers digit by digit; a column is marked.
  const columns = (rows, mark) => {
    const row = ([name, digits]) => {
      const cells = digits.map((digit, at) =>
        made("td", at === mark ? { class: "child" } : {}, String(digit)),
      );
      return made("tr", {}, made("th", { scope: "row" }, name), ...cells);
    };
    return [made("table", {}, ...rows.map(row))];
  };

  const shapes = (drawn) => [
    ...(drawn.bars ? bars(drawn.bars) : []),
    ...(drawn.code ? code(drawn.code) : []),
    ...(drawn.digits ? columns(drawn.digits, drawn.mark) : []),
    ...(drawn.cells ? memory(drawn.cells, drawn.perLine) : []),
    ...(drawn.picture ?? []),
  ];

  class TurnFigure extends HTMLElement {
    connectedCallback() {
      const figure = FIGURES[this.dataset.name];
      if (!figure || this.sliders) return;
      this.figure = figure;
      this.setAttribute("role", "group");
      const title = this.querySelector(".title");
      this.setAttribute("aria-label", title.textContent);
      this.sliders = figure.inputs.map((input) => this.slider(input));
      this.picture = made("div", { class: "picture" });
      this.say = made("p", { class: "say", "aria-live": "polite" });
      const rows = this.sliders.map(({ row }) => row);
      this.querySelector(".unscripted").replaceWith(
        ...rows, this.picture, this.say,
      );
      this.draw();
    }

    slider([label, values, start]) {
      const input = made("input", {
        type: "range", min: 0, max: values.length - 1, value: start,
      });
      const value = made("output");
      const read = () => values[Number(input.value)];
      const tell = () => {
        value.textContent = read().toLocaleString("en");
        input.setAttribute("aria-valuetext", value.textContent);
      };
      input.addEventListener("input", () => {
        tell();
        this.draw();
      });
      // mdBook turns pages with the arrow keys.
      input.addEventListener("keydown", (event) => event.stopPropagation());
      tell();
      const words = made("span", {}, `${label} `);
      return { row: made("label", {}, words, input, value), read };
    }

    draw() {
      const values = this.sliders.map(({ read }) => read());
      const drawn = this.figure.draw(...values);
      this.picture.replaceChildren(...shapes(drawn));
      this.say.textContent = drawn.say;
    }
  }

  customElements.define("turn-figure", TurnFigure);
})();
