//! Questions whose answer is typed, or put in order.

use serde_json::{Value, json};

use crate::build;
use crate::driver::Browser;

/// Answers every question of the page wrongly, then rightly; says what each
/// was marked.
const ANSWER: &str = "
    const marks = [];
    const check = (quiz) => {
      [...quiz.querySelectorAll('button')].pop().click();
      return quiz.dataset.answer;
    };
    for (const quiz of document.querySelectorAll('[data-kind=number]')) {
      const input = quiz.querySelector('input');
      const right = parseInt(quiz.querySelector('details strong').textContent);
      input.value = right + 1;
      const wrong = check(quiz);
      input.value = right;
      marks.push([wrong, check(quiz), quiz.querySelector('.result').innerText]);
    }
    for (const quiz of document.querySelectorAll('[data-kind=order]')) {
      const wrong = check(quiz);
      const [list, answer] = quiz.querySelectorAll('ol');
      const right = [...answer.children].map((item) => item.textContent.trim());
      right.forEach((text, at) => {
        const place = () => [...list.children].findIndex(
          (item) => item.querySelector('span').textContent.trim() === text);
        while (place() > at) {
          const [up] = list.children[place()].querySelectorAll('button');
          up.focus();
          up.click();
          if (document.activeElement !== up) throw 'the focus is lost';
        }
      });
      marks.push([wrong, check(quiz), quiz.querySelector('.result').innerText]);
    }
    return marks;";

const MARKED: &str = "return [...document.querySelectorAll( \
    '[data-kind=number], [data-kind=order]')].map((q) => q.dataset.answer)";

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn numbers_and_orders_are_marked_and_remembered() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let mut asked = 0;
    for page in &pages {
        browser.open(page);
        let marks = browser.run(ANSWER);
        let marks = marks.as_array().expect("a list of questions");
        for mark in marks {
            assert_eq!(mark[0], "wrong", "{page}: {mark}");
            assert_eq!(mark[1], "right", "{page}: {mark}");
            let said = mark[2].as_str().expect("a text");
            assert!(said.starts_with("Right. "), "{page}: {said}");
            assert!(said.len() > "Right. ".len(), "{page}: {said}");
        }
        if !marks.is_empty() {
            browser.open(page);
            let right = vec![json!("right"); marks.len()];
            assert_eq!(browser.run(MARKED), Value::Array(right), "{page}");
        }
        asked += marks.len();
        assert_eq!(browser.console(), [] as [Value; 0], "{page}");
    }
    assert!(asked > 3, "only {asked} questions");
}
