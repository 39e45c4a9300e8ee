//! The slides of a chapter, as a lecturer leads through them.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::driver::Browser;
use crate::{END, HOME, LEFT, RIGHT, number};

const PAGE_DOWN: char = '\u{e00f}';
const PAGE_UP: char = '\u{e00e}';

/// Returns the address of a chapter's slides, in a folder of their own, because
/// the pages that other tests open are those of a book without slides.
fn deck() -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    book::build_into(source, folder.path()).expect("the book builds");
    book::slides(source, folder.path()).expect("they are made");
    let deck = folder.path().join("timers/the-heap.slides.html");
    let address = format!("file://{}", deck.display());
    (folder, address)
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn no_word_of_a_drawing_is_cut_off() {
    let (folder, _) = deck();
    let browser = Browser::start(1100);
    for chapter in ["timers/the-wheel", "locks/guard-or-unlock"] {
        let deck = folder.path().join(format!("{chapter}.slides.html"));
        browser.open(&format!("file://{}", deck.display()));
        let cut = browser.run(
            "const cut = (text) => { \
               const box = text.closest('svg').getBoundingClientRect(); \
               const {left, right} = text.getBoundingClientRect(); \
               return left < box.left - 1 || right > box.right + 1; \
             }; \
             const words = [...document.querySelectorAll('.drawing text')]; \
             return [words.length > 0, \
               ...words.filter(cut).map((text) => text.textContent)]",
        );
        assert_eq!(cut, serde_json::json!([true]), "{chapter}");
    }
}

/// The number of the slide that is at the top of the window.
fn shown(browser: &Browser) -> i64 {
    number(&browser.run(
        "const tops = [...document.querySelectorAll('.slide')] \
           .map((slide) => Math.abs(slide.getBoundingClientRect().top)); \
         return tops.indexOf(Math.min(...tops))",
    ))
}

/// Returns whether notes can be seen.
fn has_notes(browser: &Browser) -> Value {
    browser.run(
        "return [...document.querySelectorAll('.slide .notes')] \
           .some((notes) => notes.getClientRects().length > 0)",
    )
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn keys_lead_through_the_slides_and_show_what_to_say() {
    let (_folder, deck) = deck();
    let browser = Browser::start(1100);
    browser.open(&deck);
    let last = "return document.querySelectorAll('.slide').length - 1";
    let last = number(&browser.run(last));
    assert!(last > 10, "{last} slides after the first");

    assert_eq!(shown(&browser), 0);
    let moves = [
        (RIGHT, 1),
        (' ', 2),
        (PAGE_DOWN, 3),
        (LEFT, 2),
        (PAGE_UP, 1),
        (END, last),
        (RIGHT, last),
        (LEFT, last - 1),
        (HOME, 0),
        (LEFT, 0),
    ];
    for (key, slide) in moves {
        browser.press(key);
        assert_eq!(shown(&browser), slide, "{key:?}");
    }

    browser.press(RIGHT);
    assert_eq!(has_notes(&browser), false);
    browser.press('n');
    assert_eq!(has_notes(&browser), true);
    assert_eq!(shown(&browser), 1, "the slide stays");
    browser.press('n');
    assert_eq!(has_notes(&browser), false);
    assert_eq!(browser.console(), [] as [Value; 0]);
}

/// A player that has the focus steps, and its slide stays where it is.
#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_player_on_a_slide_has_its_own_keys() {
    let (_folder, deck) = deck();
    let browser = Browser::start(1100);
    browser.open(&deck);
    let player = "document.querySelector('.slide step-player')";
    browser.run(&format!("{player}.focus()"));
    let before = shown(&browser);
    browser.press(RIGHT);
    assert_eq!(number(&browser.run(&format!("return {player}.step"))), 1);
    assert_eq!(shown(&browser), before);
}
