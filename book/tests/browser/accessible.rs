//! What axe-core finds in the pages of this book, light and dark.
//!
//! `axe.min.js` is axe-core 4.11.0 as published on npm, by Deque Systems
//! and under the licence beside it, MPL 2.0.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::build;

const AXE: &str = include_str!("axe.min.js");

/// Marks an element of each look there is in the page: its letters, and all that
/// they stand on. Contrast is the same for all of one look, and judging each
/// of a thousand coloured words would take most of the time.
///
/// What is put anywhere (`absolute` and the like) has a look of its own.
const ONE_OF_EACH_LOOK: &str = "
  const seen = new Set();
  const texts = (part) => [...part.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const ground = ({ backgroundColor, backgroundImage, opacity, filter }) =>
    [backgroundColor, backgroundImage, opacity, filter].join();
  const look = (part) => {
    const { color, fill, fontSize, fontWeight, textShadow } =
      getComputedStyle(part);
    const found = [color, fill, fontSize, fontWeight, textShadow];
    for (let at = part; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const isPut = !['static', 'relative'].includes(style.position);
      found.push(isPut ? seen.size : ground(style));
    }
    // A step on the way down that changes nothing is none.
    return found.filter((it, at) => it !== found[at - 1]).join('|');
  };
  for (const part of document.querySelectorAll('main, main *')) {
    if (!texts(part) || seen.has(look(part))) continue;
    seen.add(look(part));
    part.dataset.judged = '';
  }
  window.axe.configure({
    rules: [{ id: 'color-contrast', selector: '[data-judged]' }],
  });
";

/// Returns what axe finds wrong in the page; what is around it is mdBook's.
///
/// `rules` are those to ask, as axe has them in its options.
fn violations(browser: &Browser, rules: &Value) -> Value {
    browser.run(AXE);
    browser.run(ONE_OF_EACH_LOOK);
    found_by_axe(browser, "main", rules)
}

/// Returns what axe finds wrong in some elements, as rule and element.
pub(crate) fn violations_in(browser: &Browser, selector: &str) -> Value {
    browser.run(AXE);
    found_by_axe(browser, selector, &json!({}))
}

fn found_by_axe(browser: &Browser, selector: &str, rules: &Value) -> Value {
    browser.run(&format!(
        "const ours = [...document.querySelectorAll({})]; \
         if (ours.length === 0) return []; \
         const options = {{ ...{rules}, resultTypes: ['violations'] }}; \
         return window.axe.run({{ include: ours }}, options).then((found) => \
           found.violations.flatMap((rule) => rule.nodes.map((node) => \
             `${{rule.id}}: ${{node.html.slice(0, 120)}}`)))",
        json!(selector)
    ))
}

/// Returns the rules that look at colours.
fn colours() -> Value {
    json!({ "runOnly": ["color-contrast", "link-in-text-block"] })
}

/// Asks axe about each page of the book in a window of some width and in a
/// theme of mdBook's.
fn no_page_is_wrong(width: u32, theme: &str, rules: &Value) {
    let (_folder, pages) = build();
    let browser = Browser::start(width);
    browser.open(&pages[0]);
    browser.run(&format!("localStorage.setItem('mdbook-theme', '{theme}')"));
    for page in &pages {
        browser.open(page);
        let shown = format!(
            "return document.documentElement.classList.contains('{theme}')"
        );
        assert_eq!(browser.run(&shown), json!(true), "{page}");
        let found = violations(&browser, rules);
        assert_eq!(found, json!([]), "{page} ({theme}, {width} wide)");
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn axe_finds_nothing_wrong_in_a_page() {
    no_page_is_wrong(1100, "light", &json!({}));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn axe_finds_nothing_wrong_in_a_page_on_a_phone() {
    // The colours are those of a wide page; what a thumb hits is not.
    let rules = json!({
        "color-contrast": { "enabled": false },
        "target-size": { "enabled": true },
    });
    no_page_is_wrong(360, "light", &json!({ "rules": rules }));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn axe_finds_nothing_wrong_in_the_colours_of_a_dark_page() {
    // A theme changes colours only: the rest was asked of the light page.
    no_page_is_wrong(1100, "navy", &colours());
}

/// Opens a page with this inside of its main part.
fn page_of(html: &str) -> Browser {
    let browser = Browser::start(1100);
    browser.open("data:text/html,<html lang=en><title>t</title><main>");
    browser.run(&format!(
        "document.querySelector('main').innerHTML = {}",
        json!(html)
    ));
    browser
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn axe_notices_a_button_without_a_name() {
    let browser = page_of("<quiz-card><button></button></quiz-card>");
    let found = violations(&browser, &json!({})).to_string();
    assert!(found.contains("button-name"), "{found}");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn axe_notices_each_pale_look_once() {
    let browser = page_of(
        "<p style='color: black'>dark</p>\
         <p style='color: silver'>pale</p><p style='color: silver'>pale</p>\
         <div style='background: black'><p style='color: #333'>gone</p>\
         <p style='color: silver'>light</p></div>",
    );
    for rules in [json!({}), colours()] {
        let found = violations(&browser, &rules);
        let found: Vec<_> = found.as_array().expect("a list").iter().collect();
        let pale = |word: &str| {
            let is = |line: &&&Value| {
                let line = line.as_str().unwrap_or_default();
                line.starts_with("color-contrast") && line.contains(word)
            };
            found.iter().filter(is).count()
        };
        let counts = ["dark", "pale", "gone", "light"].map(pale);
        assert_eq!(counts, [0, 1, 1, 0], "{found:?}");
    }
}
