// A program that the reader changes; the crates themselves run it.
//
// They stand in the element as packed WebAssembly, so it also works from file://.
"use strict";

(() => {
  const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

  class LiveProgram extends HTMLElement {
    connectedCallback() {
      if (this.text) return;
      // The page to print has no crates.
      if (!this.querySelector("script")?.type.endsWith("wasm")) return;
      const shown = this.querySelector(".program");
      this.text = document.createElement("textarea");
      this.text.value = shown.textContent;
      this.text.rows = shown.textContent.split("\n").length + 1;
      this.text.spellcheck = false;
      this.text.setAttribute("aria-label", "Program");
      // A long line scrolls, so that each is as high as every other.
      this.text.wrap = "off";
      // mdBook turns pages with keys.
      this.text.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter" && event.ctrlKey) this.run();
      });
      this.ran = this.text.value;
      this.text.addEventListener("input", () => this.mark());
      this.addEventListener("step", () => this.mark());
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Run";
      button.title = "Run (Ctrl+Enter)";
      button.addEventListener("click", () => this.run());
      this.error = document.createElement("p");
      this.error.className = "error";
      this.error.setAttribute("role", "status");
      shown.replaceWith(this.text, button, this.error);
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", "A program to change and run");
    }

    async run() {
      const program = this.text.value;
      const answer = this.ask(await this.crates(), program);
      this.text.setAttribute("aria-invalid", String(!answer.player));
      this.classList.toggle("outdated", !answer.player);
      if (answer.player) {
        this.error.textContent = "";
        this.ran = program;
        const made = document.createElement("template");
        made.innerHTML = answer.player;
        this.querySelector("step-player").replaceWith(made.content);
        // What was asked for is seen at once; its end, where nothing may move.
        const player = this.querySelector("step-player");
        if (STILL.matches) player.go(player.last);
        else player.playOrPause();
      } else {
        const { line, column, message } = answer;
        this.error.textContent = `Line ${line}, column ${column}: ${message}.`;
        this.select(line, column);
      }
      this.dataset.runs = Number(this.dataset.runs ?? 0) + 1;
    }

    async crates() {
      if (!this.instance) {
        const base64 = this.querySelector("script").textContent;
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const unpacked = new Blob([bytes])
          .stream()
          .pipeThrough(new DecompressionStream("gzip"));
        const crates = await new Response(unpacked).arrayBuffer();
        const loaded = await WebAssembly.instantiate(crates);
        this.instance = loaded.instance.exports;
      }
      return this.instance;
    }

    ask(crates, program) {
      const bytes = new TextEncoder().encode(program);
      const input = crates.live_input(bytes.length);
      new Uint8Array(crates.memory.buffer, input).set(bytes);
      const length = crates[`live_${this.dataset.language}`]();
      const output = crates.live_output();
      const answer = new Uint8Array(crates.memory.buffer, output, length);
      return JSON.parse(new TextDecoder().decode(answer));
    }

    // Marks the lines whose steps are shown, one for each way of doing it.
    mark() {
      const lines = this.linesShown();
      const bar = "linear-gradient(var(--links), var(--links))";
      const tint = "linear-gradient(var(--theme-hover), var(--theme-hover))";
      const places = lines.map((line) => `0 calc(${line} * 1lh + 0.5em)`);
      const twice = (one, other) => lines.map(() => `${one}, ${other}`).join();
      Object.assign(this.text.style, {
        backgroundImage: twice(bar, tint),
        backgroundSize: twice("4px 1lh", "100% 1lh"),
        backgroundPosition: places.map((place) => `${place}, ${place}`).join(),
      });
      this.text.dataset.lines = lines.map((line) => line + 1).join(" ");
    }

    // Before the first step no line has run, and a program that was changed is
    // not the one that is shown.
    linesShown() {
      const player = this.querySelector("step-player");
      if (!player.step || this.text.value !== this.ran) return [];
      const lines = player.views.map(({ track: { frames } }) =>
        frames[Math.min(player.step, frames.length - 1)].line,
      );
      return [...new Set(lines)].filter((line) => line !== undefined);
    }

    // Puts the cursor where the error is.
    select(line, column) {
      const lines = this.text.value.split("\n");
      const before = lines.slice(0, line - 1).join("\n").length;
      const at = before + (line > 1 ? 1 : 0) + column - 1;
      this.text.focus();
      this.text.setSelectionRange(at, at);
    }
  }

  customElements.define("live-program", LiveProgram);
})();
