//! Fingers, keyboards, and eyes that want less motion.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::build;
use crate::{number, of_player};

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

/// The page with a number to type, an order and a player.
const HEAP: &str = "timers/the-heap.html";
const SLEEP: &str = "timers/two-ways-to-sleep.html";

fn page<'a>(pages: &'a [String], end: &str) -> &'a str {
    let found = pages.iter().find(|page| page.ends_with(end));
    found.expect("the chapter is there")
}

/// Returns what the quiz of this kind was marked.
fn mark(browser: &Browser, kind: &str) -> Value {
    let quiz = format!("quiz-card[data-kind={kind}]");
    browser.run(&format!(
        "return document.querySelector('{quiz}').dataset.answer ?? ''"
    ))
}

/// Brings an element to the middle and gives it the focus.
fn focus(browser: &Browser, selector: &str) {
    browser.run(&format!(
        "const found = document.querySelector({}); \
         found.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
         found.focus();",
        json!(selector)
    ));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn questions_are_answered_by_the_keyboard_alone() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    browser.open(page(&pages, HEAP));
    focus(&browser, "quiz-card[data-kind=choice] button");
    browser.press(ENTER);
    assert_ne!(mark(&browser, "choice"), "");

    focus(&browser, "quiz-card[data-kind=number] input");
    for digit in ['9', '9', '9', TAB, ENTER] {
        browser.press(digit);
    }
    assert_eq!(mark(&browser, "number"), "wrong");

    browser.open(page(&pages, SLEEP));
    let above = "quiz-card[data-kind=order] li:last-child button";
    let text = "return document.querySelector( \
        'quiz-card[data-kind=order] li:last-child').innerText";
    let before = browser.run(text);
    focus(&browser, above);
    browser.press(ENTER);
    assert_ne!(browser.run(text), before, "nothing moved");
    focus(&browser, "quiz-card[data-kind=order] > button");
    browser.press(ENTER);
    assert_ne!(mark(&browser, "order"), "");
    let here = browser.run("return location.href");
    assert_eq!(here, page(&pages, SLEEP), "a page was turned");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_finger_steps_and_answers() {
    let (_folder, pages) = build();
    let browser = Browser::start(360);
    browser.open(page(&pages, HEAP));
    let forward = "step-player button[aria-label='Step forward']";
    focus(&browser, forward);
    browser.tap(forward);
    assert_eq!(number(&of_player(&browser, 0, ".step")), 1);

    let choice = "quiz-card[data-kind=choice] li button";
    focus(&browser, choice);
    browser.tap(choice);
    assert_ne!(mark(&browser, "choice"), "");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_finger_puts_items_in_order() {
    let (_folder, pages) = build();
    let browser = Browser::start(360);
    browser.open(page(&pages, SLEEP));
    let items = || {
        browser.run(
            "return [...document.querySelector('quiz-card[data-kind=order] ol') \
               .children].map((item) => item.querySelector('span').innerText)",
        )
    };
    let before = items();
    let earlier = "quiz-card[data-kind=order] li:last-child button";
    focus(&browser, earlier);
    browser.tap(earlier);
    let after = items();
    assert_eq!(after[2], before[3], "the last is one but last");
    assert_eq!(after[3], before[2]);
    let check = "quiz-card[data-kind=order] > button";
    focus(&browser, check);
    browser.tap(check);
    assert_ne!(mark(&browser, "order"), "");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_finger_drags_the_player_to_a_step() {
    let (_folder, pages) = build();
    let browser = Browser::start(360);
    browser.open(page(&pages, HEAP));
    let slider = "step-player input[type=range]";
    focus(&browser, slider);
    let half = browser.run(&format!(
        "return Math.floor(document.querySelector('{slider}').clientWidth / 2)"
    ));
    let half = i32::try_from(number(&half)).expect("a small screen");
    let step = || number(&of_player(&browser, 0, ".step"));
    browser.drag(slider, &[4 - half, -half / 2, 0, half - 4]);
    assert_eq!(step(), number(&of_player(&browser, 0, ".last")));
    browser.drag(slider, &[half - 4, half / 2, 0]);
    assert!((2..6).contains(&step()), "{}", step());
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn boxes_do_not_glide_for_who_wants_less_motion() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let glide = "return getComputedStyle( \
        document.querySelector('step-player .tile')).transitionDuration";
    browser.open(page(&pages, HEAP));
    assert_ne!(browser.run(glide), "0s");
    browser.reduce_motion();
    browser.open(page(&pages, HEAP));
    assert_eq!(browser.run(glide), "0s");
}
