//! The book in a real browser, from the disk, and the reports of
//! `bench-compare` and `coverage-merge`.
//!
//! Needs Chromium and chromedriver; `cargo xtask test browser` runs these
//! tests and says so loudly where they are missing.

mod accessible;
mod coverage_page;
mod devices;
mod drawings;
mod driver;
mod figures;
mod live;
mod pages;
mod paper;
mod quizzes;
mod report;
mod search;
mod slides;

use driver::Browser;
use pages::{book_of, build, gallery, with};
use serde_json::Value;

const RIGHT: char = '\u{e014}';
const LEFT: char = '\u{e012}';
const HOME: char = '\u{e011}';
const END: char = '\u{e010}';

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Returns the number of a page's players.
fn players(browser: &Browser) -> i64 {
    let count = "return document.querySelectorAll('step-player').length";
    number(&browser.run(count))
}

/// Returns a value of the player with this number, such as `step`.
fn of_player(browser: &Browser, player: i64, value: &str) -> Value {
    browser.run(&format!(
        "return document.querySelectorAll('step-player')[{player}]{value}"
    ))
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn every_player_steps_to_its_end_by_key() {
    let (_folder, mut pages) = build();
    let (_other, all) = gallery();
    pages.push(all);
    let browser = Browser::start(1100);
    let mut played = 0;
    for page in with(&pages, "<step-player") {
        browser.open(page);
        // Some players are folded away.
        browser.unfold();
        for player in 0..players(&browser) {
            of_player(&browser, player, ".focus()");
            let last = number(&of_player(&browser, player, ".last"));
            browser.press_times(RIGHT, last);
            let step = || number(&of_player(&browser, player, ".step"));
            assert_eq!(step(), last, "{page}");
            browser.press(RIGHT);
            assert_eq!(step(), last, "{page}: beyond the end");
            browser.press(LEFT);
            assert_eq!(step(), last - 1, "{page}");
            browser.press(HOME);
            assert_eq!(step(), 0, "{page}");
            browser.press(END);
            assert_eq!(step(), last, "{page}");
            let said = of_player(&browser, player, ".live.textContent");
            assert!(!said.as_str().unwrap_or_default().is_empty(), "{page}");
            played += 1;
        }
        let here = browser.run("return location.href");
        assert_eq!(here.as_str(), Some(page.as_str()), "a page was turned");
        assert_eq!(browser.console(), [] as [Value; 0], "{page}");
    }
    assert!(played > 0, "no page has a player");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn no_page_scrolls_sideways_on_a_phone() {
    let (_folder, mut pages) = build();
    let (_other, all) = gallery();
    pages.push(all);
    let browser = Browser::start(360);
    for page in &pages {
        browser.open(page);
        // The page's parts scroll on their own, hidden or not.
        let wide = browser.run(
            "const parts = document.querySelectorAll( \
               'html, body, main, .content, .page, figure, step-player'); \
             return [...parts] \
               .filter((part) => part.scrollWidth > part.clientWidth) \
               .map((part) => part.outerHTML.slice(0, 80));",
        );
        assert_eq!(wide, serde_json::json!([]), "{page}");
        assert_eq!(browser.console(), [] as [Value; 0], "{page}");
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn who_guesses_the_next_thread_is_told_who_went_on() {
    let (_folder, page) = gallery();
    let browser = Browser::start(1100);
    browser.open(&page);
    let guess = |name: &str| {
        browser.run(&format!(
            "const game = [...document.querySelectorAll('.game')] \
               .find((game) => game.textContent.includes('third')); \
             [...game.querySelectorAll('button')] \
               .find((button) => button.textContent === '{name}').click(); \
             return game.querySelector('[role=status]').textContent"
        ))
    };
    assert_eq!(guess("main"), "Yes, main.");
    for _ in 0..2 {
        guess("main");
    }
    assert_eq!(guess("main"), "Yes, main.");
    let wrong = guess("third");
    assert!(wrong.to_string().contains("second went on"), "{wrong}");
    assert_eq!(browser.console(), [] as [Value; 0]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn who_chooses_the_threads_sees_other_runs_and_the_bug_again() {
    let (_folder, page) =
        book_of("# All\n\n{{#lanes timer-heap/flag_after_check}}\n");
    let browser = Browser::start(1100);
    browser.open(&page);
    // Takes the steps of some run by its buttons; what is said then, what is
    // shown at its end, and whether another thread could be chosen on the way.
    let play = |run: &str| {
        browser.run(&format!(
            "const player = document.querySelector('step-player'); \
             player.go(0); \
             const run = player.runs[{run}]; \
             const said = run.slice(1, -1).map(({{ actor }}) => {{ \
               const button = [...player.querySelectorAll('.game button')] \
                 .find((button) => button.textContent === actor); \
               button.click(); \
               return player.querySelector('.game [role=status]').textContent; \
             }}); \
             player.go(player.last); \
             const all = player.runs.length; \
             const shown = player.views[0].say.textContent; \
             return {{ all, said, shown }}"
        ))
    };
    let failing = play("0");
    let all = number(&failing["all"]);
    assert!(all > 2, "{all} runs");
    let first = format!("of {all} runs begin so, and one of them fails.");
    assert!(failing["said"][0].to_string().contains(&first), "{failing}");
    let last = failing["said"].as_array().and_then(|said| said.last());
    assert_eq!(last, Some(&"Only the run that fails begins so.".into()));
    assert_eq!(failing["shown"], "Here loom stops: deadlock.");
    let ends = (1..all).map(|run| play(&run.to_string())["shown"].to_string());
    let ends_well = |end: &String| end.contains("nothing is wrong");
    assert!(ends.filter(ends_well).count() > 0, "no other run can be played");
    let again = play("0");
    assert_eq!(again["shown"], "Here loom stops: deadlock.");
    assert_eq!(browser.console(), [] as [Value; 0]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_stale_read_is_pointed_at_in_the_drawing_and_in_words() {
    let (_folder, page) = gallery();
    let browser = Browser::start(360);
    browser.open(&page);
    let seen = |step: &str| {
        browser.run(&format!(
            "const player = [...document.querySelectorAll('step-player')] \
               .find((player) => player.querySelector('.title') \
                 .textContent.includes('pool no fences')); \
             player.go({step}); \
             const svg = player.querySelector('svg'); \
             const [wide, ends] = [svg.getBoundingClientRect(), \
               [...svg.querySelectorAll('.arrows path')] \
                 .map((path) => path.getBoundingClientRect())]; \
             return [ends.length, \
               ends.every((e) => e.left >= wide.left \
                 && e.right <= wide.right && e.width > 0), \
               player.querySelector('.live').textContent]"
        ))
    };
    assert_eq!(seen("0")[0], 0);
    let end = seen("player.last");
    assert_eq!((&end[0], &end[1]), (&2.into(), &true.into()), "{end}");
    let read = seen("player.last - 1")[2].to_string();
    assert!(read.contains("That is the value of step 1; step 3"), "{read}");
    assert_eq!(browser.console(), [] as [Value; 0]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn players_and_plots_take_the_colours_of_the_theme() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let page = pages.iter().find(|page| page.ends_with("timers/the-heap.html"));
    let page = page.expect("the book has timers");
    let colours = |theme: &str| {
        browser.open(page);
        browser
            .run(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
        browser.open(page);
        browser.run(
            "const style = (selector, name) => \
               getComputedStyle(document.querySelector(selector))[name]; \
             return [style('step-player .tile rect', 'fill'), \
               style('step-player .tile text', 'fill'), \
               style('.ratio-plot text', 'fill')].join('; ')",
        )
    };
    let (light, dark) = (colours("light"), colours("navy"));
    assert_ne!(light, dark);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn every_quiz_marks_one_choice_right_and_says_why() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    let mut asked = 0;
    for page in with(&pages, "<quiz-card") {
        browser.open(page);
        let marks = browser.run(
            "return [...document.querySelectorAll('quiz-card[data-kind=choice]')] \
               .map((quiz) => [...quiz.querySelectorAll('button')].map( \
                 (button) => { \
                   button.click(); \
                   const why = quiz.querySelector('.result').textContent; \
                   return [quiz.dataset.answer, why]; \
                 }))",
        );
        for quiz in marks.as_array().expect("a list of quizzes") {
            let choices = quiz.as_array().expect("a list of choices");
            let is_right = |choice: &&Value| choice[0] == "right";
            let right = choices.iter().filter(is_right).count();
            assert_eq!(right, 1, "{page}: {quiz}");
            let says = |choice: &Value| choice[1].as_str() != Some("");
            assert!(choices.iter().all(says), "{page}: {quiz}");
            asked += 1;
        }
        assert_eq!(browser.console(), [] as [Value; 0], "{page}");
    }
    assert!(asked > 0, "no page asks anything");
}
