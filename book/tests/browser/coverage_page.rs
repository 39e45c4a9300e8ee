//! The report that `coverage-merge --format html` writes.

use std::fs;

use coverage_merge::{HtmlReport, Profile, SourceTree};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::accessible::violations_in;
use crate::driver::Browser;

/// Two folders, one of them in the other; lines of all kinds; branches; names
/// that are long or hostile.
const TRACEFILE: &str = "SF:src/deep/in/here/a.c\nFN:1,main\nFNDA:2,main\n\
    DA:1,2\nDA:2,0\nDA:3,0\nDA:4,1234567\nBRDA:1,0,0,2\nBRDA:1,0,1,0\n\
    DA:6,0\nend_of_record\nSF:src/deep/b.c\nDA:1,1\nend_of_record\n\
    SF:src/<script>alert(1)</script>.c\nDA:1,0\nend_of_record\n\
    SF:src/deep/a_name_that_is_longer_than_any_phone_is_wide_and_has_no_blank\
    _at_all_in_it.c\nDA:1,1\nend_of_record\n";

const SOURCE: &str = "int main(void) { return one() ? two() : three(); }\n\
    // <b>text</b>, and a line that is much longer than a phone is wide, so it \
    scrolls by itself and not the page\n\n\nlast\nline\n";

/// Writes the report on one page, or on a page a file; the folder, the address
/// of the table and that of the first file.
fn write() -> (TempDir, String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = |name: &str| folder.path().join(name);
    fs::create_dir_all(place("src/deep/in/here")).expect("it is writable");
    fs::write(place("src/deep/in/here/a.c"), SOURCE).expect("it is writable");
    let tree = SourceTree::new(folder.path()).expect("it is there");
    let profile = Profile::parse(TRACEFILE.as_bytes(), "text").expect("valid");
    let report = HtmlReport::new(&profile, Some(&tree));
    let mut page = Vec::new();
    report.write_page(&mut page).expect("a vector takes all");
    fs::write(place("page.html"), page).expect("it is writable");
    let mut file = Vec::new();
    report.write_file(3, "page.html", &mut file).expect("a vector takes all");
    fs::write(place("file.html"), file).expect("it is writable");
    let address = |name| format!("file://{}", place(name).display());
    let addresses = (address("page.html"), address("file.html"));
    (folder, addresses.0, addresses.1)
}

/// Returns the names of the rows that are shown, without what is around them.
fn rows(browser: &Browser) -> Value {
    browser.run(
        "return [...document.querySelectorAll('#files tbody tr')] \
           .filter((row) => row.checkVisibility()) \
           .map((row) => row.dataset.path.slice(-4))",
    )
}

fn where_it_is(browser: &Browser) -> Value {
    browser.run("return document.getElementById('where').textContent")
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_coverage_page_is_accessible_light_and_dark() {
    let (_folder, page, file) = write();
    let browser = Browser::start(1100);
    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        browser.show_as("screen", scheme);
        for address in [&page, &file] {
            browser.open(address);
            browser.unfold();
            let lines = "return ['ran', 'missed', 'part'].every( \
                           (kind) => document.querySelector('.l.' + kind))";
            assert_eq!(browser.run(lines), json!(true));
            let found = violations_in(&browser, "html");
            assert_eq!(found, json!([]), "{address}, {scheme}");
        }
        papers.push(
            browser
                .run("return getComputedStyle(document.body).backgroundColor"),
        );
    }
    assert_eq!(papers, ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]);
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_coverage_page_loads_nothing_and_says_nothing_to_the_console() {
    let (_folder, page, file) = write();
    let browser = Browser::start(1100);
    for address in [&page, &file] {
        browser.open(address);
        browser.press('n');
        assert_eq!(browser.console(), [] as [Value; 0]);
        let loaded = "return performance.getEntriesByType('resource').length";
        assert_eq!(browser.run(loaded), json!(0));
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn the_coverage_page_does_not_scroll_sideways_on_a_phone() {
    let (_folder, page, file) = write();
    let browser = Browser::start(360);
    for address in [&page, &file] {
        browser.open(address);
        browser.unfold();
        let wide = "return document.documentElement.scrollWidth - innerWidth";
        assert_eq!(browser.run(wide), json!(0), "{address}");
        let scrolls = "return [...document.querySelectorAll('pre')].some( \
                         (pre) => pre.scrollWidth > pre.clientWidth)";
        assert_eq!(browser.run(scrolls), json!(true), "{address}");
    }
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_click_opens_a_file_and_keys_go_from_miss_to_miss() {
    let (_folder, page, _) = write();
    let browser = Browser::start(1100);
    browser.open(&page);
    let click = "document.querySelector('a[href=\"#f3\"]').click(); \
                 return new Promise((done) => setTimeout(() => done( \
                   document.getElementById('f3').open)))";
    assert_eq!(browser.run(click), json!(true));
    // The misses of this file: part of line 1, lines 2 and 3, line 6.
    let path = "src/deep/in/here/a.c";
    for (key, expected) in [
        ('n', "line 1: ran in part (2 of 4)"),
        ('n', "line 2: missed (3 of 4)"),
        ('n', "line 6: missed (4 of 4)"),
        ('p', "line 2: missed (3 of 4)"),
    ] {
        browser.press(key);
        let expected = format!("{path}, {expected}");
        assert_eq!(where_it_is(&browser), json!(expected));
    }
    let seen = "const box = document.querySelector('.here') \
                  .getBoundingClientRect(); \
                return box.top >= 0 && box.bottom <= innerHeight";
    assert_eq!(browser.run(seen), json!(true));
    // The counts of all lines end in one column.
    let ends = "return new Set([...document.querySelectorAll('#f3 .c')] \
                  .map((it) => Math.round(it.getBoundingClientRect().right))).size";
    assert_eq!(browser.run(ends), json!(1));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn folders_close_columns_sort_and_the_field_searches() {
    let (_folder, page, _) = write();
    let browser = Browser::start(1100);
    browser.open(&page);
    let all =
        ["src/", "(1)</", "pt>.c", "eep/", "it.c", "/b.c", "ere/", "/a.c"];
    let shown = |names: &[&str]| {
        let end = |name: &&str| name[name.len() - 4..].to_owned();
        json!(names.iter().map(end).collect::<Vec<_>>())
    };
    assert_eq!(rows(&browser), shown(&all));
    let fold = "document.querySelector('tr[data-path=\"src/deep/\"] button') \
                  .click()";
    browser.run(fold);
    assert_eq!(rows(&browser), shown(&["src/", "(1)</", "pt>.c", "eep/"]));
    browser.run(fold);
    // By coverage, in each folder: the least first.
    let sort = "document.querySelectorAll('#files th button')[1].click()";
    browser.run(sort);
    let sorted =
        ["src/", "(1)</", "pt>.c", "eep/", "ere/", "/a.c", "it.c", "/b.c"];
    assert_eq!(rows(&browser), shown(&sorted));
    browser.run(sort);
    let back =
        ["src/", "eep/", "it.c", "/b.c", "ere/", "/a.c", "(1)</", "pt>.c"];
    assert_eq!(rows(&browser), shown(&back));
    browser.press('/');
    browser.press('a');
    browser.press('.');
    assert_eq!(rows(&browser), shown(&["/a.c"]));
    let status = "return document.getElementById('status').textContent";
    assert_eq!(browser.run(status), json!("1 of 4 files"));
}

#[test]
#[ignore = "needs a browser, run by `cargo xtask test browser`"]
fn a_table_of_ten_thousand_files_shows_its_folders_first() {
    let file =
        |at| format!("SF:s/d{}/{at}.c\nDA:1,1\nend_of_record\n", at % 50);
    let text: String = (0..10_000).map(file).collect();
    let profile = Profile::parse(text.as_bytes(), "text").expect("valid");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path().join("page.html");
    let mut page = Vec::new();
    let report = HtmlReport::new(&profile, None);
    assert!(report.is_large());
    report.write_index("files", &mut page).expect("a vector takes all");
    fs::write(&place, page).expect("it is writable");
    let browser = Browser::start(1100);
    browser.open(&format!("file://{}", place.display()));
    let many = |browser: &Browser| rows(browser).as_array().map_or(0, Vec::len);
    assert_eq!(many(&browser), 51);
    browser.run(
        "document.querySelector('tr[data-path=\"s/d7/\"] button').click()",
    );
    assert_eq!(many(&browser), 251);
}
