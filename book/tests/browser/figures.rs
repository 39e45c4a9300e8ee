//! Figures fit their screens, can be turned, and can be linked to.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::{book_of, build, gallery};
use crate::{number, of_player};

/// A window of a laptop, and the part of it that a picture may take.
const WINDOW: i64 = 900;

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn no_pane_is_clipped_and_each_player_fits_its_window() {
    let (_folder, page) = gallery();
    let browser = Browser::start(1280);
    browser.open(&page);
    let clipped = browser.run(
        "return [...document.querySelectorAll('step-player .source')] \
           .filter((pane) => pane.scrollWidth > pane.clientWidth).length",
    );
    assert_eq!(clipped, 0);
    let heights = browser.run(
        "return [...document.querySelectorAll('step-player')] \
           .map((player) => [player.id, player.offsetHeight])",
    );
    for player in heights.as_array().expect("there are players") {
        assert!(number(&player[1]) < WINDOW, "{player}");
    }
    let high = browser.run(
        "return [...document.querySelectorAll('step-player svg')] \
           .filter((svg) => svg.clientHeight > 0.6 * innerHeight + 1).length",
    );
    assert_eq!(high, 0, "a stage takes more than six tenths of the window");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_changed_line_takes_one_row_with_all_its_colours() {
    let (_folder, pages) = build();
    let page = pages.iter().find(|it| it.ends_with("guard-or-unlock.html"));
    let browser = Browser::start(1100);
    browser.open(page.expect("the book has locks"));
    let rows = browser.run(
        "const lines = [...document.querySelectorAll('.code-diff pre > *')]; \
         const of = (lines) => new Set(lines.map((it) => it.offsetHeight)); \
         const coloured = lines.filter((line) => line.children.length > 1); \
         return [coloured.length > 0, of(lines).size]",
    );
    assert_eq!(rows, json!([true, 1]));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_stale_read_has_a_border_of_its_own_below_the_newest_value() {
    let (_folder, page) =
        book_of("# All\n\n{{#lanes finalizers/pool_no_fences}}\n");
    let browser = Browser::start(1100);
    browser.open(&page);
    // The dashes of the tile with this text, if there is one.
    let dashes = |step: &str, text: &str| {
        browser.run(&format!(
            "const player = document.querySelector('step-player'); \
             player.go({step}); \
             const tile = [...player.querySelectorAll('.tile')] \
               .find((tile) => tile.textContent === '{text}'); \
             return tile ? \
               getComputedStyle(tile.firstElementChild).strokeDasharray : ''"
        ))
    };
    assert_eq!(dashes("3", "available: 1"), "none");
    assert_eq!(dashes("3", "read: 0"), "", "no one has read yet");
    let read = "player.last - 1";
    assert_eq!(dashes(read, "available: 1"), "none");
    let old = dashes(read, "read: 0").to_string();
    assert!(old.contains("px"), "{old}");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn fairness_is_a_chart_over_time() {
    let (_folder, page) = book_of("# All\n\n{{#turn fairness}}\n");
    let browser = Browser::start(360);
    browser.open(&page);
    let say = "return document.querySelector('turn-figure .say').textContent";
    let told = browser.run(say).to_string();
    let longest = "free for all 3,000, handed over 199, Go's mutex 1,160.";
    assert!(told.contains(longest), "{told}");
    // Who stays away for longer than a sleeper needs is no harm to it.
    browser.run(
        "const back = document.querySelectorAll('turn-figure input')[1]; \
         back.value = 4; back.dispatchEvent(new Event('input'));",
    );
    let told = browser.run(say).to_string();
    assert!(told.contains("free for all 150, handed over 150"), "{told}");
    let bars = browser.run(
        "return [...document.querySelectorAll('turn-figure .tile rect')] \
           .filter((bar) => bar.getBoundingClientRect().width > 0).length",
    );
    assert!(number(&bars) > 20, "{bars}");
    assert_eq!(browser.console(), [] as [Value; 0]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_phone_shows_one_track_and_switches() {
    let (_folder, page) = gallery();
    let browser = Browser::start(360);
    browser.open(&page);
    let shown = || {
        browser.run(
            "const player = document.querySelector('step-player'); \
             return [...player.querySelectorAll('.track')] \
               .map((track) => track.offsetHeight > 0)",
        )
    };
    assert_eq!(shown(), json!([true, false]));
    browser.run(
        "document.querySelectorAll('step-player .switches button')[1].click()",
    );
    assert_eq!(shown(), json!([false, true]));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_click_gives_a_player_the_keys_and_space_plays_it() {
    let (_folder, page) = gallery();
    let browser = Browser::start(1100);
    browser.open(&page);
    browser.tap("step-player svg");
    browser.run("document.querySelector('step-player').focus()");
    browser.press(' ');
    let label = ".toggle.getAttribute('aria-label')";
    assert_eq!(of_player(&browser, 0, label), "Pause");
    browser.press(' ');
    assert_eq!(of_player(&browser, 0, label), "Play");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn an_address_names_a_step() {
    let (_folder, page) = gallery();
    let browser = Browser::start(1100);
    browser.open(&page);
    let name = of_player(&browser, 1, ".id");
    let name = name.as_str().expect("a player has a name").to_owned();
    browser.open("about:blank");
    browser.open(&format!("{page}#{name}@3"));
    assert_eq!(of_player(&browser, 1, ".step"), 3);
    assert_eq!(of_player(&browser, 0, ".step"), 0);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn what_is_turned_changes_the_picture_and_the_words() {
    let (_folder, page) = book_of("# All\n\n{{#turn cache-lines}}\n");
    let browser = Browser::start(1100);
    browser.open(&page);
    let say = "return document.querySelector('turn-figure .say').textContent";
    let two = "The 4 children of node 1 are in 2 cache lines of 64 bytes.";
    assert_eq!(browser.run(say), two);
    // With three unused entries before the root they begin a line.
    browser.run(
        "const unused = document.querySelectorAll('turn-figure input')[3]; \
         unused.value = 3; unused.dispatchEvent(new Event('input'));",
    );
    let one = "The 4 children of node 1 are in 1 cache line of 64 bytes.";
    assert_eq!(browser.run(say), one);
    let children = "return document.querySelectorAll('.child').length";
    assert_eq!(browser.run(children), 4);
    assert_eq!(browser.console(), [] as [Value; 0]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_page_that_was_read_is_marked_in_the_contents() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let page = pages.iter().find(|page| page.ends_with("primer/futex.html"));
    browser.open(page.expect("there is a primer"));
    browser
        .run("document.querySelector('main > :last-child').scrollIntoView()");
    let marks = || {
        browser.run(
            "return [...document.querySelectorAll('.sidebar .done')] \
               .map((mark) => mark.parentElement.pathname.split('/').at(-1))",
        )
    };
    // The mark comes with the next frame, or never: this ends a broken test.
    for _ in 0..1_000 {
        if marks() != json!([]) {
            break;
        }
    }
    assert_eq!(marks(), json!(["futex.html"]));
}
