//! A program that is typed into a page.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::build;
use crate::driver::Browser;

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
    let has = |page: &&String| {
        browser.open(page);
        browser.run("return !!document.querySelector('live-program')") == true
    };
    pages.iter().find(has).expect("a page to type in");

    let program = "start a 30\nstart b 20\nstart c 10\nstop b\nadvance 15";
    let shown = run(&browser, program);
    let parsed = live::program::parse(program).expect("a program");
    let native = live::timers::record(&parsed).expect("it runs");
    let data = shown["data"].as_str().expect("the data is text");
    let data: Value = serde_json::from_str(data).expect("it is JSON");
    assert_eq!(data, serde_json::to_value(&native).expect("JSON"));
    let frames = native.tracks.iter().map(|track| track.frames.len());
    assert_eq!(shown["steps"], json!(frames.max().unwrap_or(0) - 1));
    assert_eq!(shown["said"], "");

    let wrong = run(&browser, "start a 30\nstart b soon");
    let error = wrong["said"].as_str().expect("a text");
    assert!(error.starts_with("Line 2, column 9: \"soon\""), "{error}");
    assert_eq!(browser.console(), [] as [Value; 0]);
}
