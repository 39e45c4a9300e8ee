//! Questions: marked, explained, remembered, read out, and folded.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::{book_of, build, with};

/// Answers every question of the page wrongly in each way that has words of
/// its own, then rightly; lists mark, text and what the text must contain.
const ANSWER: &str = "
    const marks = [];
    const check = (quiz, words) => {
      [...quiz.querySelectorAll('button')].pop().click();
      const said = quiz.querySelector('.result').innerText;
      marks.push([quiz.dataset.answer, said, words]);
    };
    const strong = (part) => part.querySelector('strong').textContent;
    for (const quiz of document.querySelectorAll('[data-kind=number]')) {
      const input = quiz.querySelector('input');
      const right = parseInt(strong(quiz.querySelector('details')));
      const numbers = { fewer: 0, more: right + 1000 };
      for (const item of quiz.querySelectorAll('details li')) {
        const [, ...said] = item.childNodes;
        const text = said.map((node) => node.textContent).join('').slice(2);
        input.value = numbers[strong(item)] ?? strong(item);
        check(quiz, text.trim());
      }
      input.value = right;
      check(quiz, '');
    }
    for (const quiz of document.querySelectorAll('[data-kind=order]')) {
      const [list, answer] = quiz.querySelectorAll('ol');
      const shown = () => [...list.children].map(
        (item) => item.querySelector('span').textContent.trim());
      [...answer.children].forEach((item, at) => {
        if (shown().every((t, i) => t === strong(answer.children[i]))) return;
        if (shown()[at] !== strong(item)) check(quiz, item.innerText);
        const place = () => shown().indexOf(strong(item));
        while (place() > at) list.children[place()].querySelector('button').click();
      });
      check(quiz, answer.nextElementSibling.textContent);
    }
    return marks;";

/// What a page shows of its questions.
const SHOWN: &str = "return [...document.querySelectorAll('quiz-card')].map( \
    (quiz) => [quiz.dataset.answer, quiz.querySelector('.result').innerText, \
      quiz.querySelector('input')?.value, \
      quiz.querySelector('[aria-pressed=true]')?.innerText, \
      quiz.querySelector('ol')?.innerText])";

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn each_wrong_number_and_order_has_words_of_its_own() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let mut asked = 0;
    for page in with(&pages, "<quiz-card") {
        browser.open(page);
        let marks = browser.run(ANSWER);
        for mark in marks.as_array().expect("a list of marks") {
            let said = mark[1].as_str().expect("a text");
            let is_right = mark[0] == "right";
            let verdict = if is_right { "Right. " } else { "Wrong. " };
            assert!(said.starts_with(verdict), "{page}: {mark}");
            assert!(said.len() > verdict.len() + 10, "{page}: {mark}");
            let plain = |text: &str| text.replace(char::is_whitespace, "");
            let words = plain(mark[2].as_str().expect("a text"));
            assert!(plain(said).contains(&words), "{page}: {mark}");
            asked += usize::from(verdict == "Right. ");
        }
        assert_eq!(browser.console(), [] as [Value; 0], "{page}");
    }
    assert!(asked > 5, "only {asked} questions");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn every_answer_is_shown_again_when_the_page_is() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let wrong = "document.querySelectorAll('quiz-card').forEach((quiz) => { \
        const input = quiz.querySelector('input'); \
        if (input) input.value = 999; \
        [...quiz.querySelectorAll('button')].pop().click(); })";
    for page in with(&pages, "<quiz-card") {
        browser.open(page);
        browser.run(wrong);
        let first = browser.run(SHOWN);
        browser.open(page);
        assert_eq!(browser.run(SHOWN), first, "{page}");
        browser.run(ANSWER);
        let second = browser.run(SHOWN);
        browser.open(page);
        assert_eq!(browser.run(SHOWN), second, "{page}");
        for quiz in second.as_array().expect("a list") {
            assert_ne!(quiz[0], Value::Null, "{page}: {quiz}");
        }
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn questions_that_begin_alike_are_remembered_apart() {
    let long = "Which of the two, if all that has been said until here is \
                true and nothing else is";
    let quiz = |end: &str| {
        format!(
            "```quiz\n{long} {end}?\n- [x] One\n  Yes.\n- [ ] Two\n  No.\n```\n"
        )
    };
    let text = format!("# All\n\n{}\n{}", quiz("known"), quiz("asked"));
    let (_folder, page) = book_of(&text);
    let browser = Browser::start(1100);
    browser.open(&page);
    browser.run(
        "const [one, two] = document.querySelectorAll('quiz-card'); \
         one.querySelectorAll('button')[0].click(); \
         two.querySelectorAll('button')[1].click();",
    );
    browser.open(&page);
    let marks = "return [...document.querySelectorAll('quiz-card')] \
        .map((quiz) => quiz.dataset.answer)";
    assert_eq!(browser.run(marks), json!(["right", "wrong"]));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_moved_item_is_read_out_and_keeps_the_focus() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let page =
        pages.iter().find(|page| page.ends_with("generations-of-defer.html"));
    browser.open(page.expect("the chapter is there"));
    let press = "
        const quiz = document.querySelector('[data-kind=order]');
        const item = [...quiz.querySelectorAll('li')].find(
          (item) => item.textContent.startsWith('flush runs'));
        document.activeElement.blur();
        item.querySelector('button').click();
        const region = quiz.querySelector('.moved');
        return [item.contains(document.activeElement), region.ariaLive,
          region.textContent, quiz.dataset.answer ?? null]";
    let said = |text: &str| json!([true, "polite", text, null]);
    assert_eq!(browser.run(press), said("flush runs: now 2 of 3."));
    browser.run(
        "[...document.querySelectorAll( \
        '[data-kind=order] button')].pop().click()",
    );
    assert_eq!(browser.run(press), said("flush runs: now 1 of 3."));
    assert_eq!(browser.run(press), said("flush runs: stays 1 of 3."));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn without_scripts_the_answers_stand_folded_below_the_question() {
    let (_folder, pages) = build();
    let browser = Browser::start(360);
    browser.forbid_scripts();
    let mut asked = 0;
    for page in with(&pages, "<quiz-card") {
        browser.open(page);
        let cards = browser.run(
            "const seen = (part) => part?.checkVisibility( \
                 { contentVisibilityAuto: true }) ?? false; \
             return [...document.querySelectorAll('quiz-card')].map((quiz) => { \
               const details = quiz.querySelector('details'); \
               const text = details.querySelector('li, p'); \
               const folded = !seen(text); \
               details.open = true; \
               return [quiz.querySelectorAll('button').length, \
                 seen(quiz.querySelector('p')), \
                 seen(details.querySelector('summary')), folded, seen(text)]; \
             })",
        );
        for card in cards.as_array().expect("a list of questions") {
            assert_eq!(*card, json!([0, true, true, true, true]), "{page}");
            asked += 1;
        }
    }
    assert!(asked > 30, "only {asked} questions");
}
