//! A program that is typed into a page.

use std::time::{Duration, Instant};

use live::Language;
use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::{build, with};

/// Types a program, runs it, and waits for its answer.
fn run(browser: &Browser, program: &str) -> Value {
    let before = runs(browser);
    browser.run(&format!(
        "const live = document.querySelector('live-program'); \
         live.querySelector('textarea').value = {}; \
         live.querySelector('button').click();",
        json!(program)
    ));
    // The answer comes at once, or never: this only ends a broken test.
    let end = Instant::now() + Duration::from_secs(20);
    while runs(browser) == before && Instant::now() < end {
        std::thread::yield_now();
    }
    browser.run(
        "const live = document.querySelector('live-program'); \
         const player = live.querySelector('step-player'); \
         return { said: live.querySelector('.error').textContent, \
           steps: player.last, \
           data: player.querySelector('script').textContent }",
    )
}

fn runs(browser: &Browser) -> Value {
    let count = "return document.querySelector('live-program').dataset.runs";
    browser.run(count)
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_typed_program_gives_the_native_result() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    for (language, program, wrong, said) in [
        (
            Language::Timers,
            "start a 30\nstart b 20\nstart c 10\nstop b\nadvance 15",
            "start a 30\nstart b soon",
            "Line 2, column 9: \"soon\"",
        ),
        (
            Language::Objects,
            "new a\nnew b\nlink a b\nfinalizer a\ndrop a\ndrop b\n\
             collect\nrun\ncollect",
            "new a\nlink a b",
            "Line 2, column 8: there is no object b",
        ),
        (
            Language::Defers,
            "defer f\ndefer print a\npanic x\nfunc f\nrecover",
            "defer f\npanic x",
            "Line 1, column 7: there is no func f",
        ),
    ] {
        open(&browser, &pages, language);
        let shown = run(&browser, program);
        let native = language.record(program).expect("it runs");
        let data = shown["data"].as_str().expect("the data is text");
        let data: Value = serde_json::from_str(data).expect("it is JSON");
        assert_eq!(data, serde_json::to_value(&native).expect("JSON"));
        let frames = native.tracks.iter().map(|track| track.frames.len());
        assert_eq!(shown["steps"], json!(frames.max().unwrap_or(0) - 1));
        assert_eq!(shown["said"], "");

        let wrong = run(&browser, wrong);
        let error = wrong["said"].as_str().expect("a text");
        assert!(error.starts_with(said), "{error}");
        assert_eq!(browser.console(), [] as [Value; 0]);
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn who_wants_less_motion_sees_the_end_of_a_run_at_once() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    browser.reduce_motion();
    open(&browser, &pages, Language::Timers);
    let shown = run(&browser, "start a 30\nstart b 20\nadvance 25");
    let state = browser.run(
        "const player = document.querySelector('live-program step-player'); \
         return [player.step, player.toggle.getAttribute('aria-label')]",
    );
    assert_eq!(state, json!([shown["steps"], "Play"]));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_step_marks_the_line_that_it_is_of() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    browser.reduce_motion();
    open(&browser, &pages, Language::Timers);
    run(&browser, "start a 30\n\n# the second\nstart b 20\nadvance 25");
    let marked = |step: &str| {
        browser.run(&format!(
            "const live = document.querySelector('live-program'); \
             const player = live.querySelector('step-player'); \
             player.go({step}); \
             return live.text.dataset.lines"
        ))
    };
    assert_eq!(marked("0"), "", "nothing has run");
    assert_eq!(marked("1"), "1");
    let second = "player.views[0].track.frames.findIndex( \
        (frame) => frame.say.startsWith('start b'))";
    assert_eq!(marked(second), "4");
    assert_eq!(marked("player.last"), "5");
    // The mark is where the line is: after three lines and the padding.
    let place = "const { text } = document.querySelector('live-program'); \
        const style = getComputedStyle(text); \
        const [, y] = style.backgroundPosition.split(', ')[0].split(' '); \
        return [parseFloat(y) - parseFloat(style.paddingTop), \
          4 * parseFloat(style.lineHeight)].map(Math.round)";
    let place = browser.run(place);
    assert_eq!(place[0], place[1]);
    let typed = "const { text } = document.querySelector('live-program'); \
        text.value += ' '; text.dispatchEvent(new Event('input')); \
        return text.dataset.lines";
    assert_eq!(browser.run(typed), "", "that is another program");
    assert_eq!(browser.console(), [] as [Value; 0]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_program_of_objects_marks_the_line_that_made_each_step() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    browser.reduce_motion();
    open(&browser, &pages, Language::Objects);
    let program = "new a\nnew b\nlink a b\ndrop b\ncollect";
    run(&browser, program);
    let lines = browser.run(
        "const live = document.querySelector('live-program'); \
         const player = live.querySelector('step-player'); \
         const steps = [...Array(player.last + 1).keys()]; \
         return steps.map((step) => { \
           player.go(step); \
           return live.text.dataset.lines; \
         })",
    );
    // Each prefix of the program is one too: it says how many steps it has.
    let lengths = (1..=5).map(|count| {
        let lines: Vec<&str> = program.lines().take(count).collect();
        let shown = Language::Objects.record(&lines.join("\n"));
        shown.expect("it runs").tracks[0].frames.len()
    });
    let mut expected = vec![String::new()];
    for (line, length) in (1..).zip(lengths) {
        expected.resize(length, line.to_string());
    }
    assert_eq!(lines, json!(expected));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_program_of_functions_marks_the_line_that_runs() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    browser.reduce_motion();
    open(&browser, &pages, Language::Defers);
    run(&browser, "defer f\ncall g\n\nfunc f\nprint a\nfunc g\nprint b");
    let lines = browser.run(
        "const live = document.querySelector('live-program'); \
         const player = live.querySelector('step-player'); \
         const steps = [...Array(player.last + 1).keys()]; \
         return steps.map((step) => { \
           player.go(step); \
           return [player.views[0].say.textContent, live.text.dataset.lines]; \
         })",
    );
    let line_of = |say: &str| {
        let mut all = lines.as_array().expect("a list").iter();
        let found = all.find(|it| it[0].to_string().contains(say));
        found.unwrap_or_else(|| panic!("{say}: {lines}"))[1].clone()
    };
    assert_eq!(line_of("main begins"), "");
    assert_eq!(line_of("f is deferred"), "1");
    assert_eq!(line_of("g begins"), "2");
    assert_eq!(line_of("It prints b"), "7");
    assert_eq!(line_of("g returns"), "2");
    assert_eq!(line_of("f leaves the chain"), "1");
    assert_eq!(line_of("It prints a"), "5");
    assert_eq!(line_of("main returns"), "");
}

/// Opens a page with a program in that language.
fn open(browser: &Browser, pages: &[String], language: Language) {
    let name = language.name();
    let found = format!(
        "return document.querySelector('live-program')\
         ?.dataset.language === '{name}'"
    );
    let has = |page: &&String| {
        browser.open(page);
        browser.run(&found) == true
    };
    let mut programs = with(pages, "<live-program").into_iter();
    assert!(programs.any(|page| has(&page)), "no page for {name}");
}
