//! The search, whose index is made smaller than mdbook writes it.

use std::time::{Duration, Instant};

use crate::driver::Browser;
use crate::pages::build;

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn words_and_their_beginnings_are_found() {
    let (folder, _) = build();
    let page = format!("file://{}/index.html", folder.path().display());
    let browser = Browser::start(1100);
    for word in ["starvation", "starva", "fdMutex lock"] {
        browser.open(&format!("{page}?search={}", word.replace(' ', "+")));
        // The results come soon, or never: this only ends a broken test.
        let end = Instant::now() + Duration::from_secs(20);
        let count = "return document.querySelectorAll(\
                     '#mdbook-searchresults li').length";
        while browser.run(count) == 0 && Instant::now() < end {
            std::thread::yield_now();
        }
        assert_ne!(browser.run(count), 0, "nothing is found for {word}");
        assert!(browser.console().is_empty(), "{word}");
    }
}
