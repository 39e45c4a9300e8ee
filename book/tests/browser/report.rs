//! The report that `cargo compare --format html` writes.

use std::fs;

use bench_compare::compare::report::Report;
use bench_compare::input::side::Side;
use bench_compare::render::html;
use bench_compare::run::Reading;
use bench_compare::samples::Samples;
use bench_compare::{Measurement, Record, Row, Rule, Run};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::accessible::violations_in;
use crate::driver::Browser;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const RIGHT: char = '\u{e014}';

/// One of each verdict (the last varies too much to be judged), and names
/// that are long or hostile.
const BENCHMARKS: [(&str, f64); 4] = [
    ("put/faster", 0.5),
    ("put/slower <script>alert(1)</script>", 1.5),
    ("put/same", 1.0),
    ("a/very/long/name/that/no/plot/has/the/room/for/1", 1.01),
];

fn run(side: &str, number: u8, factor: impl Fn(f64) -> f64) -> Run {
    let reading = Reading { keep_samples: true, ..Reading::default() };
    let measured = |&(name, ratio): &(&str, f64)| {
        let steady = if ratio == 1.01 { 20.0 } else { 500.0 };
        let noise = 1.0 + f64::from(number * 7 % 5) / steady;
        let time = |sample| 1e6 * factor(ratio) * noise + f64::from(sample);
        let samples = Samples {
            iterations: vec![10.0; 50],
            times: (0..50).map(|sample| time(sample * 31 % 50)).collect(),
        };
        let mut measured = Measurement::of(&samples, reading);
        measured.allocations = Some(ratio.round());
        (name.to_owned(), measured)
    };
    Run {
        name: format!("{side}-{number}"),
        benchmarks: BENCHMARKS.iter().map(measured).collect(),
        ..Run::default()
    }
}

/// Writes a report into a folder of its own; its address.
fn write() -> (TempDir, String) {
    let side = |label: &str, factor: fn(f64) -> f64| Side {
        label: label.to_owned(),
        runs: (1..=5).map(|number| run(label, number, factor)).collect(),
    };
    let sides = [side("old", |_| 1.0), side("new", |ratio| ratio)];
    let report = Report::new(&sides, Rule::default(), None);
    let record = |date: &str, new| Record {
        subject: "put".to_owned(),
        variants: ["old".to_owned(), "new".to_owned()],
        machine: "a machine".to_owned(),
        commit: "0123abc".to_owned(),
        compiler: "a compiler".to_owned(),
        date: date.to_owned(),
        rows: vec![Row::new("put", &[10.0], &[new], Rule::default())],
    };
    let records = [record("2026-01-01", 9.0), record("2026-02-01", 11.0)];
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path().join("report.html");
    let about = [("Machine", "a machine".to_owned())];
    let text = html::render(&html::Page {
        report: &report,
        sides: &sides,
        records: &records,
        about: &about,
    });
    fs::write(&place, text).expect("it is writable");
    let address = format!("file://{}", place.display());
    (folder, address)
}

/// Returns what the keyboard reaches, as a selector in quotes.
fn parts() -> String {
    let shown = ":not(:disabled):not([hidden])";
    format!("'main > .wide, summary, input, select, button{shown}'")
}

fn style(browser: &Browser, selector: &str, name: &str) -> Value {
    browser.run(&format!(
        "return getComputedStyle(document.querySelector('{selector}')).{name}"
    ))
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_report_is_accessible_light_and_dark() {
    let (_folder, address) = write();
    let browser = Browser::start(1800);
    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        browser.show_as("screen", scheme);
        browser.open(&address);
        browser.unfold();
        // What is scrolled away has no colour that axe could judge.
        browser.run("document.body.style.maxWidth = 'none'");
        let tones = "return ['better', 'worse', 'faint'].every( \
                       (tone) => document.querySelector('td.' + tone))";
        assert_eq!(browser.run(tones), json!(true));
        let found = violations_in(&browser, "html");
        assert_eq!(found, json!([]), "{scheme}");
        papers.push(style(&browser, "body", "backgroundColor"));
    }
    assert_eq!(papers, ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_report_loads_nothing_and_says_nothing_to_the_console() {
    let (_folder, address) = write();
    let browser = Browser::start(1100);
    browser.open(&address);
    assert_eq!(browser.console(), [] as [Value; 0]);
    let loaded = "return performance.getEntriesByType('resource').length + \
                  document.querySelectorAll('script[src], link, img').length";
    assert_eq!(browser.run(loaded), json!(0));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_report_does_not_scroll_sideways_on_a_phone_but_its_parts_do() {
    let (_folder, address) = write();
    let browser = Browser::start(360);
    browser.open(&address);
    browser.unfold();
    let wide = browser.run(
        "return ['html', 'body', 'main', 'h1', 'summary', 'li'].filter( \
           (name) => [...document.querySelectorAll(name)].some( \
             (part) => part.scrollWidth > part.clientWidth && \
               part.clientWidth > 0))",
    );
    assert_eq!(wide, json!([]));
    browser.run("document.querySelector('.wide').focus()");
    browser.press(RIGHT);
    // It scrolls smoothly: wait for the event, not for a time.
    let scrolled = browser.run(
        "const part = document.querySelector('.wide'); \
         return part.scrollLeft > 0 || new Promise((done) => \
           part.addEventListener('scroll', () => done(true)))",
    );
    assert_eq!(scrolled, json!(true));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_keyboard_reaches_every_part_of_the_report_and_opens_the_samples() {
    let (_folder, address) = write();
    let browser = Browser::start(360);
    browser.open(&address);
    let count = "return document.querySelectorAll(PARTS).length";
    let parts = browser.run(&count.replace("PARTS", &parts()));
    let mut opened = 0;
    for part in 0..parts.as_i64().expect("a number") {
        browser.press(TAB);
        let focus = "return document.activeElement.matches(PARTS)";
        let focus = focus.replace("PARTS", &self::parts());
        assert_eq!(browser.run(&focus), json!(true), "part {part}");
        let outline = "return getComputedStyle(document.activeElement) \
                       .outlineStyle";
        assert_eq!(browser.run(outline), json!("solid"), "part {part}");
        if browser.run("return document.activeElement.tagName") == "SUMMARY" {
            browser.press(ENTER);
            let open = "return document.activeElement.parentElement.open";
            assert_eq!(browser.run(open), json!(true));
            browser.press(ENTER);
            opened += 1;
        }
    }
    assert_eq!(opened, BENCHMARKS.len());
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_printed_report_is_black_on_white_and_hides_nothing() {
    let (_folder, address) = write();
    let browser = Browser::start(1100);
    browser.show_as("print", "dark");
    browser.open(&address);
    assert_eq!(style(&browser, "body", "color"), "rgb(0, 0, 0)");
    let paper = style(&browser, "body", "backgroundColor");
    assert_eq!(paper, "rgb(255, 255, 255)");
    assert_eq!(style(&browser, ".wide", "overflowX"), "visible");
}
