// Questions with choices: mark the reader's answer and say why.
//
// What was answered is kept in this browser only, and only to show it again.
"use strict";

(() => {
  class QuizCard extends HTMLElement {
    connectedCallback() {
      if (this.choices) return;
      const [list, answers] = this.querySelectorAll("ol");
      this.answers = [...answers.children];
      this.choices = [...list.children].map((item, number) => {
        return this.choice(item, number);
      });
      this.result = document.createElement("div");
      this.result.className = "result";
      this.result.setAttribute("aria-live", "polite");
      list.after(this.result);
      this.querySelector("details").hidden = true;
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", "Question");
      const before = this.remembered();
      if (before !== null && this.choices[before]) this.show(Number(before));
    }

    choice(item, number) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...item.childNodes);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        this.remember(number);
        this.show(number);
      });
      item.replaceChildren(button);
      return button;
    }

    show(chosen) {
      const answer = this.answers[chosen];
      const right = answer.querySelector("strong").textContent === "Right.";
      this.choices.forEach((button, number) => {
        const pressed = number === chosen;
        button.setAttribute("aria-pressed", String(pressed));
        button.classList.toggle("right", pressed && right);
        button.classList.toggle("wrong", pressed && !right);
      });
      const said = answer.cloneNode(true);
      this.result.replaceChildren(...said.childNodes);
      this.dataset.answer = right ? "right" : "wrong";
    }

    // A question is known by its page and its first words.
    get key() {
      const page = location.pathname.split("/").pop();
      const question = this.querySelector("p").textContent.slice(0, 60);
      return `quiz ${page} ${question}`;
    }

    remembered() {
      try {
        return localStorage.getItem(this.key);
      } catch {
        return null; // storage may be forbidden
      }
    }

    remember(number) {
      try {
        localStorage.setItem(this.key, number);
      } catch {
        // then it is forgotten
      }
    }
  }

  customElements.define("quiz-card", QuizCard);
})();
