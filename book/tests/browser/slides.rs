//! The slides, by keys.

use std::path::Path;

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::{END, HOME, LEFT, RIGHT, build};

const PAGE_DOWN: char = '\u{e00f}';

/// The number of the slide on top, and how many there are.
const HERE: &str = "
  const slides = [...document.querySelectorAll('.slide')];
  const tops = slides.map((s) => Math.abs(s.getBoundingClientRect().top));
  return [tops.indexOf(Math.min(...tops)), slides.length];
";

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn keys_lead_through_the_slides_and_show_the_notes() {
    let (folder, _) = build();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    book::slides(source, folder.path()).expect("they are made");
    let browser = Browser::start(1280);
    let page = folder.path().join("timers/the-heap.slides.html");
    browser.open(&format!("file://{}", page.display()));
    let slides = browser.run(HERE)[1].as_u64().expect("a number");
    let after = |key| {
        browser.press(key);
        browser.run(HERE)[0].as_u64().expect("a number")
    };
    assert_eq!([PAGE_DOWN, RIGHT, ' ', LEFT].map(after), [1, 2, 3, 2]);
    assert_eq!([END, HOME, LEFT].map(after), [slides - 1, 0, 0]);
    let notes = "return [...document.querySelectorAll('.notes')] \
                 .some((part) => part.checkVisibility())";
    assert_eq!(browser.run(notes), json!(false));
    assert_eq!(after('n'), 0, "it stays where it is");
    assert_eq!(browser.run(notes), json!(true));
    assert_eq!(browser.console(), [] as [Value; 0]);
}
