//! The book on paper: each chapter, and all of them as one document.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::build;

/// The width of a sheet of A4 between its margins, in CSS pixels.
const SHEET: u32 = 680;

/// What a reader of paper could not open, not see or not use.
const WRONG: &str = "
  const main = document.querySelector('main');
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (what) => (part) => `${what}: ${part.outerHTML.slice(0, 90)}`;
  const shown = (part) => part.checkVisibility() && part.offsetHeight > 0;
  const folded = (part) =>
    ![...part.children].some((c) => c.localName !== 'summary' && shown(c));
  const edge = main.getBoundingClientRect().right + 1;
  const wide = (part) => part.scrollWidth > part.clientWidth + 1
    || part.getBoundingClientRect().right > edge;
  const pale = (part) => {
    const [red, green, blue] = getComputedStyle(part).color.match(/\\d+/g);
    return Number(red) + Number(green) + Number(blue) > 450;
  };
  const still = (part) => !part.querySelector('.steps li');
  // The number of a step stands before it, in the gap of the columns.
  const tight = (list) => !(parseFloat(getComputedStyle(list).columnGap) > 30);
  const tools = 'nav, main input, .controls, pre > .buttons, '
    + '#mdbook-menu-bar, #mdbook-sidebar, live-program > button';
  return [
    ...all('main details').filter(folded).map(name('folded')),
    ...all('main :is(pre, svg, table, .table-wrapper, figure)').filter(wide)
      .map(name('cut off')),
    ...all('main :is(p, li, td, th, code, code span, pre span)').filter(pale)
      .map(name('pale')),
    ...all(tools).filter((part) => part.checkVisibility())
      .map(name('of no use')),
    ...all('step-player .steps ol').filter(tight).map(name('tight')),
    ...all('step-player').filter(still).map(name('without steps')),
  ].slice(0, 9);
";

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn all_is_unfolded_dark_on_white_and_within_the_sheet() {
    let (folder, mut pages) = build();
    pages.push(format!("file://{}/print.html", folder.path().display()));
    let browser = Browser::start(SHEET);
    // The document of all chapters asks for a printer.
    browser.run_first("window.print = () => {}");
    browser.open(&pages[0]);
    browser.run("localStorage.setItem('mdbook-theme', 'navy')");
    browser.show_as("print", "dark");
    for page in &pages {
        browser.open(page);
        assert_eq!(browser.run(WRONG), json!([]), "{page}");
        assert_eq!(browser.console(), [] as [Value; 0], "{page}");
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_player_prints_its_end_and_goes_on_where_it_was() {
    let (_folder, pages) = build();
    let page = pages.iter().find(|page| page.ends_with("the-heap.html"));
    let browser = Browser::start(SHEET);
    browser.open(page.expect("the book has timers"));
    let steps = browser.run(
        "const player = document.querySelector('step-player'); \
         const steps = []; \
         player.go(2); \
         for (const event of ['beforeprint', 'afterprint']) { \
           dispatchEvent(new Event(event)); \
           steps.push(player.step); \
         } \
         return [steps[0] === player.last, steps[1]]",
    );
    assert_eq!(steps, json!([true, 2]));
}
