// Questions: mark the reader's answer and say why.
//
// What was answered is kept in this browser only, and only to show it again.
"use strict";

(() => {
  class QuizCard extends HTMLElement {
    connectedCallback() {
      if (this.result) return;
      this.details = this.querySelector("details");
      this.result = document.createElement("div");
      this.result.className = "result";
      this.result.setAttribute("aria-live", "polite");
      this.details.before(this.result);
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", "Question");
      const kinds = { number: Numbered, order: Ordered };
      this.kind = new (kinds[this.dataset.kind] ?? Chosen)(this);
      const before = this.remembered();
      if (before !== null) this.restore(before);
    }

    // What was kept may belong to a question that has changed since.
    restore(before) {
      try {
        this.kind.restore(before);
      } catch {
        // then it is asked anew
      }
    }

    // Shows what was said to an answer.
    say(right, nodes) {
      this.dataset.answer = right ? "right" : "wrong";
      this.result.replaceChildren(...nodes);
    }

    // A verdict in front of the explanation, once the answer is right.
    judge(right, explained) {
      const verdict = document.createElement("strong");
      verdict.textContent = right ? "Right. " : "Not so. Try again, or unfold.";
      this.say(right, right ? [verdict, ...explained] : [verdict]);
    }

    remember(answer) {
      try {
        localStorage.setItem(this.key, answer);
      } catch {
        // then it is forgotten
      }
    }

    remembered() {
      try {
        return localStorage.getItem(this.key);
      } catch {
        return null; // storage may be forbidden
      }
    }

    // A question is known by its page and its first words.
    get key() {
      const page = location.pathname.split("/").pop();
      const question = this.querySelector("p").textContent.slice(0, 60);
      return `quiz ${page} ${question}`;
    }
  }

  function button(text, click) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(text);
    button.addEventListener("click", click);
    return button;
  }

  // One of several choices.
  class Chosen {
    constructor(card) {
      this.card = card;
      const [list, answers] = card.querySelectorAll("ol");
      card.details.hidden = true;
      this.answers = [...answers.children];
      this.choices = [...list.children].map((item, number) => {
        const text = document.createElement("span");
        text.append(...item.childNodes);
        const choice = button(text, () => {
          card.remember(number);
          this.show(number);
        });
        choice.setAttribute("aria-pressed", "false");
        item.replaceChildren(choice);
        return choice;
      });
    }

    restore(number) {
      if (this.choices[number]) this.show(Number(number));
    }

    show(chosen) {
      const answer = this.answers[chosen];
      const right = answer.querySelector("strong").textContent === "Right.";
      this.choices.forEach((choice, number) => {
        const pressed = number === chosen;
        choice.setAttribute("aria-pressed", String(pressed));
        choice.classList.toggle("right", pressed && right);
        choice.classList.toggle("wrong", pressed && !right);
      });
      this.card.say(right, answer.cloneNode(true).childNodes);
    }
  }

  // A number to type.
  class Numbered {
    constructor(card) {
      this.card = card;
      const answer = card.details.querySelector("strong");
      this.right = parseInt(answer.textContent, 10);
      this.why = answer.parentElement;
      this.input = document.createElement("input");
      this.input.inputMode = "numeric";
      this.input.setAttribute("aria-label", "Your number");
      this.input.addEventListener("keydown", (event) => {
        event.stopPropagation(); // mdBook turns pages with keys
        if (event.key === "Enter") this.check();
      });
      card.result.before(this.input, button("Check", () => this.check()));
    }

    restore(text) {
      this.input.value = text;
      this.check();
    }

    check() {
      const text = this.input.value.trim();
      if (text === "") return;
      this.card.remember(text);
      const said = this.why.cloneNode(true).childNodes;
      this.card.judge(Number(text) === this.right, said);
    }
  }

  // Items to put in order, by buttons: that works for every hand and key.
  class Ordered {
    constructor(card) {
      this.card = card;
      const [list, answer] = card.querySelectorAll("ol");
      this.list = list;
      this.right = [...answer.children].map((item) => item.textContent.trim());
      this.why = answer.nextElementSibling;
      this.items = new Map();
      for (const item of list.children) {
        const text = item.textContent.trim();
        const words = document.createElement("span");
        words.append(...item.childNodes);
        const up = button("\u2191", () => this.move(item, -1));
        up.setAttribute("aria-label", `Earlier: ${text}`);
        const down = button("\u2193", () => this.move(item, 1));
        down.setAttribute("aria-label", `Later: ${text}`);
        item.replaceChildren(words, up, down);
        this.items.set(item, text);
      }
      card.result.before(button("Check", () => this.check()));
    }

    get order() {
      return [...this.list.children].map((item) => this.items.get(item));
    }

    move(item, by) {
      const all = [...this.list.children];
      const to = all.indexOf(item) + by;
      if (!all[to]) return;
      const moved = document.activeElement;
      if (by < 0) all[to].before(item);
      else all[to].after(item);
      moved.focus();
    }

    restore(text) {
      const order = JSON.parse(text);
      const all = [...this.items];
      const found = order.map((words) => all.find(([, own]) => own === words));
      if (found.length !== all.length || found.includes(undefined)) return;
      this.list.replaceChildren(...found.map(([item]) => item));
      this.check();
    }

    check() {
      const order = this.order;
      this.card.remember(JSON.stringify(order));
      const right = order.every((text, at) => text === this.right[at]);
      this.card.judge(right, this.why.cloneNode(true).childNodes);
    }
  }

  customElements.define("quiz-card", QuizCard);
})();
