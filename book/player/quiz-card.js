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
      this.details.before(this.result);
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", "Question");
      const kinds = { number: Numbered, order: Ordered };
      this.kind = new (kinds[this.dataset.kind] ?? Chosen)(this);
      const before = this.remembered();
      if (before !== null) this.restore(before);
      // From now on: what was answered on another day is not read out.
      this.result.setAttribute("aria-live", "polite");
    }

    // What was kept may be damaged.
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

    // A verdict in front of the explanation.
    judge(right, explained) {
      const verdict = document.createElement("strong");
      verdict.textContent = right ? "Right. " : "Wrong. ";
      this.say(right, [verdict, ...explained]);
    }

    // The answer is being changed, and not marked yet.
    reconsider() {
      delete this.dataset.answer;
      this.result.replaceChildren();
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

    // Chapter, question and choices make the key: another one is asked anew.
    get key() {
      return `runtime-internals quiz ${this.dataset.key}`;
    }
  }

  function button(text, click) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(text);
    button.addEventListener("click", click);
    return button;
  }

  // What stands in an element, to be shown once more.
  const copy = (element) => [...element.cloneNode(true).childNodes];

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
        choice.setAttribute("aria-pressed", String(number === chosen));
      });
      this.card.say(right, copy(answer));
    }
  }

  // A number to type.
  class Numbered {
    constructor(card) {
      this.card = card;
      const answer = card.details.querySelector("strong");
      this.right = parseInt(answer.textContent, 10);
      this.why = answer.parentElement;
      this.wrong = new Map();
      for (const item of card.details.querySelectorAll("li")) {
        this.wrong.set(item.querySelector("strong").textContent, item);
      }
      this.input = document.createElement("input");
      this.input.inputMode = "numeric";
      this.input.setAttribute("aria-label", "Your number");
      this.input.addEventListener("input", () => card.reconsider());
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
      if (!/^\d+$/.test(text)) {
        this.card.reconsider();
        this.card.result.textContent = "Type a whole number, such as 12.";
        return;
      }
      this.card.remember(text);
      const number = Number(text);
      const right = number === this.right;
      this.card.judge(right, this.explain(right, number));
    }

    // Without the number in front of it, which the reader has just typed.
    explain(right, number) {
      const kind = number < this.right ? "fewer" : "more";
      const wrong = this.wrong.get(String(number)) ?? this.wrong.get(kind);
      const [, ...said] = copy(right ? this.why : wrong);
      said[0].textContent = said[0].textContent.replace(/^:?\s+/, "");
      return said;
    }
  }

  // Items to put in order, by buttons: that works for every hand and key.
  class Ordered {
    constructor(card) {
      this.card = card;
      const [list, answer] = card.querySelectorAll("ol");
      this.list = list;
      this.steps = [...answer.children];
      this.why = answer.nextElementSibling;
      this.items = new Map();
      for (const item of list.children) this.furnish(item);
      this.moved = document.createElement("div");
      this.moved.className = "moved";
      this.moved.setAttribute("aria-live", "polite");
      card.result.before(button("Check", () => this.check()), this.moved);
    }

    // Gives an item its two buttons.
    furnish(item) {
      const text = item.textContent.trim();
      const words = document.createElement("span");
      words.append(...item.childNodes);
      const make = (sign, name, by) => {
        const made = button(sign, () => this.move(item, by, made));
        made.setAttribute("aria-label", `${name}: ${text}`);
        return made;
      };
      const buttons = [make("\u2191", "Earlier", -1), make("\u2193", "Later", 1)];
      const row = document.createElement("div");
      row.className = "item";
      row.append(words, ...buttons);
      item.replaceChildren(row);
      this.items.set(item, text);
    }

    get order() {
      return [...this.list.children].map((item) => this.items.get(item));
    }

    move(item, by, pressed) {
      const all = [...this.list.children];
      const to = all.indexOf(item) + by;
      if (by < 0) all[to]?.before(item);
      else all[to]?.after(item);
      // Moving takes the focus away, and some browsers never gave it.
      pressed.focus();
      if (all[to]) this.card.reconsider();
      const place = [...this.list.children].indexOf(item) + 1;
      const stays = all[to] ? "now" : "stays";
      const text = this.items.get(item);
      this.moved.textContent = `${text}: ${stays} ${place} of ${all.length}.`;
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
      const wrong = order.findIndex((text, at) => text !== this.text(at));
      const said = wrong < 0 ? copy(this.why) : this.explain(wrong);
      this.card.judge(wrong < 0, said);
    }

    // What the recording has in this place.
    text(at) {
      return this.steps[at].querySelector("strong").textContent;
    }

    explain(at) {
      const before = ["First comes ", "The first is right, then comes "];
      return [
        before[at] ?? `The first ${at} are right, then comes `,
        ...copy(this.steps[at]),
      ];
    }
  }

  customElements.define("quiz-card", QuizCard);
})();
