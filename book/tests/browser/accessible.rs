//! What axe-core finds in the pages of this book, light and dark.
//!
//! `axe.min.js` is axe-core 4.11.0 as published on npm, by Deque Systems
//! and under the licence beside it, MPL 2.0.

use serde_json::{Value, json};

use crate::build;
use crate::driver::Browser;

const AXE: &str = include_str!("axe.min.js");

/// Returns what axe finds wrong in the page; what is around it is mdBook's.
fn violations(browser: &Browser) -> Value {
    violations_in(browser, "main")
}

/// Returns what axe finds wrong in some elements, as rule and element.
pub(crate) fn violations_in(browser: &Browser, selector: &str) -> Value {
    browser.run(AXE);
    browser.run(&format!(
        "const ours = [...document.querySelectorAll({})]; \
         if (ours.length === 0) return []; \
         return window.axe.run({{ include: ours }}).then((found) => \
           found.violations.flatMap((rule) => rule.nodes.map((node) => \
             `${{rule.id}}: ${{node.html.slice(0, 120)}}`)))",
        json!(selector)
    ))
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn axe_finds_nothing_wrong_in_a_page() {
    let (_folder, pages) = build();
    let browser = Browser::start(1100);
    for theme in ["light", "navy"] {
        for page in &pages {
            browser.open(page);
            browser.run(&format!(
                "localStorage.setItem('mdbook-theme', '{theme}')"
            ));
            browser.open(page);
            let found = violations(&browser);
            assert_eq!(found, json!([]), "{page} ({theme})");
        }
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn axe_notices_a_button_without_a_name() {
    let browser = Browser::start(1100);
    browser
        .open("data:text/html,<html lang=en><title>t</title><main><quiz-card>");
    browser.run(
        "document.querySelector('quiz-card').innerHTML = '<button></button>'",
    );
    let found = violations(&browser).to_string();
    assert!(found.contains("button-name"), "{found}");
}
