// What the figures with sliders simulate: arithmetic, and no measurement.
//
// Each simulation gives the same picture each time.
"use strict";

globalThis.turnSimulations = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  const drawn = (name, attributes, ...children) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };

  const picture = (height, label, ...children) => {
    const place = document.createElement("div");
    place.className = "still";
    place.append(drawn(
      "svg",
      { viewBox: `0 0 480 ${height}`, role: "img", "aria-label": label },
      ...children,
    ));
    return place;
  };

  const label = (x, y, text, place = "start") =>
    drawn("text", { x, y, class: place }, text);

  const box = (look, x, y, width, height) =>
    drawn("g", { class: `tile ${look}` },
      drawn("rect", { x, y, width, height, rx: 1 }));

  const legend = (...entries) => {
    const list = document.createElement("ul");
    list.className = "legend";
    list.setAttribute("aria-label", "Legend");
    for (const [look, text] of entries) {
      const entry = document.createElement("li");
      entry.className = look;
      entry.textContent = text;
      list.append(entry);
    }
    const place = document.createElement("div");
    place.className = "still";
    place.append(list);
    return place;
  };

  // Microseconds that the chart of the locks shows, and after which a waiter
  // of Go's mutex asks for the next turn.
  const END = 3_000;
  const STARVED = 1_000;

  // Two threads want a lock in a loop. Returns who holds it and who waits,
  // when, and how long the longest wait was.
  const turns = (rule, hold, back, wake) => {
    const spans = [];
    let [holder, now, asked, longest] = [0, 0, 0, 0];
    let isStarved = false;
    const add = (thread, kind, from, to) => {
      spans.push({ thread, kind, from, to: Math.min(to, END) });
      if (kind === "due") longest = Math.max(longest, Math.min(to, END) - from);
    };
    while (now < END) {
      const freed = now + hold;
      const again = freed + back;
      const other = 1 - holder;
      add(holder, "held", now, freed);
      if (asked >= freed) {
        // No one waits: who comes first takes it.
        const isOther = asked <= again;
        [holder, now, asked] =
          isOther ? [other, asked, again] : [holder, again, asked];
        continue;
      }
      const woken = freed + wake;
      const isPassed = rule === "handed over" || isStarved || back >= wake;
      if (isPassed) {
        add(other, "due", asked, woken);
        [holder, now, asked, isStarved] = [other, woken, again, false];
      } else {
        // It wakes up, finds the lock taken, and sleeps again.
        isStarved = rule === "Go's mutex" && woken - asked > STARVED;
        now = again;
      }
    }
    if (asked < END) add(1 - holder, "due", asked, END);
    return { spans, longest };
  };

  const fairness = {
    inputs: [
      ["A turn takes, in µs", [10, 50, 100, 300, 700], 2],
      ["A thread comes back after, in µs", [0, 1, 10, 50, 200], 1],
      ["A sleeper takes to wake up, in µs", [5, 20, 50, 100], 2],
    ],
    draw(hold, back, wake) {
      const rules = ["free for all", "handed over", "Go's mutex"];
      const parts = [];
      const waits = [];
      rules.forEach((rule, at) => {
        const { spans, longest } = turns(rule, hold, back, wake);
        const top = 12 + 74 * at;
        waits.push(`${rule} ${longest.toLocaleString("en")}`);
        parts.push(label(8, top + 2, rule));
        for (const thread of [0, 1]) {
          parts.push(label(8, top + 25 + 26 * thread, "AB"[thread]));
        }
        for (const { thread, kind, from, to } of spans) {
          if (from >= END) continue;
          const scale = 440 / END;
          // Who waits is a thinner bar than who holds.
          const [down, high] = kind === "held" ? [10, 20] : [16, 8];
          parts.push(box(kind, 30 + from * scale, top + down + 26 * thread,
            Math.max((to - from) * scale - 0.6, 0.4), high));
        }
      });
      for (const ms of [0, 1, 2, 3]) {
        parts.push(label(30 + (440 * ms) / 3 - 4, 240, `${ms}`));
      }
      parts.push(label(470, 257, "milliseconds", "end"));
      const say = `The longest wait in ${END / 1_000} ms, in µs: ` +
        `${waits.join(", ")}.`;
      return {
        say,
        picture: [
          picture(262, `Who holds the lock and who waits. ${say}`, ...parts),
          legend(["held", "holds the lock"], ["due", "waits for it"]),
        ],
      };
    },
  };

  // Chances of each sum of the ranks that speak for new, if each of them is
  // as likely to speak for old.
  const chances = (pairs) => {
    let ways = [1];
    for (let rank = 1; rank <= pairs; rank += 1) {
      const next = Array(ways.length + rank).fill(0);
      ways.forEach((count, sum) => {
        next[sum] += count / 2;
        next[sum + rank] += count / 2;
      });
      ways = next;
    }
    return ways;
  };

  // The p-value of ratios, as logarithms: signed ranks, both tails.
  const p = (ratios, ways) => {
    const ranked = ratios.toSorted((a, b) => Math.abs(a) - Math.abs(b));
    const up = ranked.reduce(
      (sum, ratio, at) => sum + (ratio > 0 ? at + 1 : 0), 0);
    const tail = Math.min(up, ways.length - 1 - up);
    const one = ways.slice(0, tail + 1).reduce((sum, way) => sum + way, 0);
    return Math.min(1, 2 * one);
  };

  // Numbers that look drawn, and are the same each time.
  const random = () => {
    let state = 1;
    const uniform = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    return () =>
      Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  };

  const COMPARISONS = 1_000;
  const MARGIN = 0.02;

  const verdicts = {
    inputs: [
      ["Pairs of runs", [5, 6, 8, 10, 15, 20], 3],
      ["New is slower by, in percent", [0, 1, 2, 3, 5, 10], 0],
      ["A run is off by, in percent", [0.5, 1, 2, 3, 5, 10], 3],
    ],
    draw(pairs, effect, noise) {
      const [ways, normal] = [chances(pairs), random()];
      const found = { slower: 0, faster: 0, neither: 0 };
      for (let at = 0; at < COMPARISONS; at += 1) {
        const ratios = Array.from({ length: pairs }, () =>
          Math.log(1 + effect / 100) + (noise / 100) * Math.SQRT2 * normal());
        const sorted = ratios.toSorted((a, b) => a - b);
        const half = pairs / 2;
        const middle = (sorted[Math.floor(half - 0.5)] +
          sorted[Math.floor(half)]) / 2;
        const isClear = p(ratios, ways) <= 0.05 && Math.abs(middle) > MARGIN;
        const side = middle > 0 ? "slower" : "faster";
        found[isClear ? side : "neither"] += 1;
      }
      const { slower, faster, neither } = found;
      const percent = (count) => `${((100 * count) / COMPARISONS).toFixed(1)} %`;
      const called = percent(slower + faster);
      return {
        say: effect === 0
          ? `Nothing changed, and ${called} of the comparisons claim that ` +
            "something did: false alarms."
          : `New is slower, and ${percent(slower)} of the comparisons find ` +
            "it.",
        bars: [
          ["called slower", slower, percent(slower)],
          ["called faster", faster, percent(faster)],
          ["not decided", neither, percent(neither)],
        ],
      };
    },
  };

  // A number in digits of base 64, the highest first.
  const digits = (ticks, count) => {
    const found = [];
    for (let rest = ticks; found.length < count; rest = Math.floor(rest / 64)) {
      found.unshift(rest % 64);
    }
    return found;
  };

  const from = (first, last) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at);

  // Four levels of 64 slots: where now is in each, and where the timer lies.
  const levels = (now, parked) => {
    const parts = [];
    const [left, width] = [66, 6.4];
    now.forEach((digit, row) => {
      const y = 8 + 28 * row;
      parts.push(label(8, y + 15, `level ${3 - row}`));
      parts.push(drawn("rect", {
        x: left, y, width: 64 * width, height: 20, class: "slots",
      }));
      for (let slot = 1; slot < 64; slot += 1) {
        const x = left + slot * width;
        parts.push(drawn("path", { d: `M${x} ${y}V${y + 20}` }));
      }
      // Now is taller than a slot.
      parts.push(box("written", left + digit * width, y - 3, width, 26));
      if (parked && parked.row === row) {
        parts.push(box("due", left + parked.slot * width, y + 4, width, 12));
      }
    });
    return parts;
  };

  const wheel = {
    inputs: [
      ["Now, in ticks",
        [...from(0, 130), ...from(4_060, 4_110), ...from(262_130, 262_150)], 5],
      ["Deadline, in ticks", [63, 64, 100, 4_000, 4_096, 262_144], 0],
    ],
    draw(now, deadline) {
      const [here, there] = [digits(now, 4), digits(deadline, 4)];
      const row = here.findIndex((digit, at) => digit !== there[at]);
      const isDue = now >= deadline;
      const say = isDue
        ? "The tick of the deadline has come: the timer is parked nowhere."
        : `The highest digit that differs is that of level ${3 - row}: ` +
          `the timer is parked there, in slot ${there[row]}.`;
      const parked = isDue ? undefined : { row, slot: there[row] };
      return {
        say,
        digits: [["level", [3, 2, 1, 0]], ["now", here], ["deadline", there]],
        mark: isDue ? -1 : row,
        picture: [
          picture(120, `Four levels of 64 slots. ${say}`,
            ...levels(here, parked)),
          legend(["written", "now"], ["due", "the timer"]),
        ],
      };
    },
  };

  return { fairness, verdicts, "wheel-slot": wheel };
})();
