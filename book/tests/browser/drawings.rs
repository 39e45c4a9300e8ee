//! The drawings that chapters begin with, and flame graphs.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::pages::{build, with};

/// What a reader of a drawing, or of a chart with sliders, could not make out:
/// letters outside of their box or of the drawing, letters too small, and
/// letters on other letters.
const WRONG: &str = "
  const wrong = [];
  const inside = (a, b, by) => a.left >= b.left - by
    && a.right <= b.right + by && a.top >= b.top - by
    && a.bottom <= b.bottom + by;
  const meet = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right
    && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
  const drawn = '.drawing svg, turn-figure svg';
  for (const svg of document.querySelectorAll(drawn)) {
    const edge = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')];
    const places = texts.map((text) => text.getBoundingClientRect());
    texts.forEach((text, at) => {
      const place = places[at];
      const say = (what) => wrong.push(`${what}: ${text.textContent}`);
      if (!inside(place, edge, 1)) say('cut off');
      if (place.height < 9.5) say('small');
      const box = text.closest('.tile')?.querySelector('rect');
      if (box && !inside(place, box.getBoundingClientRect(), 1)) {
        say('out of its box');
      }
      if (places.slice(at + 1).some((other) => meet(place, other))) {
        say('on another');
      }
    });
  }
  return wrong;
";

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn each_label_of_a_drawing_can_be_read() {
    let (_folder, pages) = build();
    let mut drawn = 0;
    let marks = ["drawing\"", "<turn-figure"].into_iter();
    let mut shown: Vec<_> = marks.flat_map(|mark| with(&pages, mark)).collect();
    shown.sort();
    shown.dedup();
    for width in [1280, 360] {
        let browser = Browser::start(width);
        for page in &shown {
            browser.open(page);
            assert_eq!(browser.run(WRONG), json!([]), "{page} at {width}");
            let count = "return document.querySelectorAll('.drawing').length";
            drawn += browser.run(count).as_u64().expect("a number");
        }
    }
    assert!(drawn > 40, "{drawn} drawings");
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_flame_graph_zooms_searches_and_goes_by_keys() {
    let (_folder, pages) = build();
    let page = pages.iter().find(|page| page.ends_with("profiles.html"));
    let browser = Browser::start(1100);
    browser.open(page.expect("there is a chapter on profiles"));
    let shown = |what: &str| {
        browser.run(&format!(
            "const graph = document.querySelector('flame-graph'); \
             const boxes = [...graph.querySelectorAll('.box')]; \
             const wide = graph.querySelector('svg').clientWidth; \
             const on = boxes.filter((box) => !box.hasAttribute('hidden')); \
             const width = (box) => Number( \
               box.querySelector('rect').getAttribute('width')); \
             {what}"
        ))
    };
    let all = shown("return on.length");
    // The narrowest box that still has something on top of it.
    let zoomed = shown(
        "const box = boxes.findLast((b) => b.dataset.row === '2'); \
         box.dispatchEvent(new Event('click')); \
         return [width(box) >= wide - 2, graph.reset.disabled, \
           graph.querySelector('.say').textContent.includes('samples')]",
    );
    assert_eq!(zoomed, json!([true, false, true]));
    assert_ne!(shown("return on.length"), all);
    shown("graph.querySelector('.tools button').click()");
    assert_eq!(shown("return on.length"), all);

    let found = shown(
        "const wanted = graph.querySelector('input'); \
         wanted.value = boxes[0].dataset.name; \
         wanted.dispatchEvent(new Event('input')); \
         return [boxes[0].classList.contains('read'), \
           graph.querySelector('.say').textContent.includes('100.0 %')]",
    );
    assert_eq!(found, json!([true, true]));

    shown("boxes[0].focus()");
    browser.press('\u{e013}'); // the arrow up
    let row = "return document.activeElement.dataset.row";
    assert_eq!(browser.run(row), "1");
    browser.press('\u{e007}'); // enter
    assert_eq!(shown("return graph.reset.disabled"), false);
    browser.press('\u{e00c}'); // escape
    assert_eq!(shown("return graph.reset.disabled"), true);
    assert_eq!(browser.console(), [] as [Value; 0]);
}
