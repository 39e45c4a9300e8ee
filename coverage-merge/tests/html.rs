//! The report in HTML, by its structure; `book/tests/browser` opens it.

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::{run, stdout};
use coverage_merge::{HtmlReport, Profile, SourceTree};
use tempfile::TempDir;

const TRACEFILE: &str = "SF:src/a/x.c\nFN:1,main\nFNDA:2,main\nDA:1,2\nDA:2,0\n\
    DA:3,1234\nBRDA:1,0,0,2\nBRDA:1,0,1,0\nBRDA:1,1,0,-\nend_of_record\n\
    SF:src/b.c\nDA:1,1\nend_of_record\n\
    SF:<script>alert(1)</script>/\"&'.c\nDA:1,0\nend_of_record\n";

const GO: &str = "mode: set\nm/a.go:1.1,2.2 1 1\nm/cmd/b.go:1.1,2.2 3 0\n";

fn page(text: &str) -> String {
    let profile = Profile::parse(text.as_bytes(), "text").expect("valid");
    profile.html(None)
}

/// Returns what stands between each `before` and the quote behind it.
fn values<'a>(page: &'a str, before: &str) -> Vec<&'a str> {
    let parts = page.split(before).skip(1);
    parts.map(|part| part.split('"').next().unwrap_or_default()).collect()
}

/// Returns the numbers of a row of the table.
fn cells(page: &str, path: &str) -> Vec<String> {
    let row = page.split(&format!("data-path=\"{path}\"")).nth(1);
    let row = row.expect(path).split("</tr>").next().expect("a row ends");
    let cells = row.split("<td").skip(2).map(|cell| {
        let text = cell.split_once('>').expect("a cell").1;
        text.split(['<', ' ']).next().expect("a text").to_owned()
    });
    cells.collect()
}

#[test]
fn every_link_has_its_target_and_no_id_stands_twice() {
    let html = page(TRACEFILE);
    let ids = values(&html, " id=\"");
    let unique: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    let links = values(&html, "href=\"#");
    assert!(links.len() > 5);
    for link in links {
        assert!(unique.contains(link), "{link}");
    }
}

#[test]
fn folders_have_the_totals_of_what_is_in_them() {
    let html = page(TRACEFILE);
    // Covered, missed, all, branches, functions.
    assert_eq!(cells(&html, "src/"), ["75.0%", "1", "4", "33.3%", "100.0%"]);
    let file = cells(&html, "src/a/x.c");
    assert_eq!(file, ["66.7%", "1", "3", "33.3%", "100.0%"]);
    assert_eq!(cells(&html, "src/b.c"), ["100.0%", "0", "1", "-", "-"]);
    let html = page(GO);
    assert_eq!(cells(&html, "m/"), ["25.0%", "3", "4"]);
    assert_eq!(cells(&html, "m/cmd/"), ["0.0%", "3", "3"]);
}

#[test]
fn lines_show_counts_in_columns_and_branches_one_by_one() {
    let html = page(TRACEFILE);
    // As wide as the longest number, count and marks.
    assert!(html.contains("--n:1ch;--c:7ch;--b:3ch"), "{html}");
    let line = html.split("id=\"f1L1\"").nth(1).expect("the line");
    let line = line.split("</span>").next().expect("it ends");
    assert!(line.contains(">part 2x<"), "{line}");
    assert!(line.contains(">+-#<"), "{line}");
    assert!(line.contains("1 of 3 branches taken; 0,0: 2x"), "{line}");
    assert!(html.contains("class=\"l missed\" id=\"f1L2\""));
    assert!(html.contains(">1234x<"), "{html}");
    assert!(html.contains("Functions: 100.0% (1 of 1)"), "{html}");
}

#[test]
fn nothing_is_loaded_and_nothing_of_an_input_is_markup() {
    let html = page(TRACEFILE);
    assert_eq!(html.matches("<script").count(), 1, "only our own");
    assert!(html.contains("&lt;script&gt;alert(1)"));
    for part in [" src=", "url(", "http:", "https:", "@import", "<link"] {
        assert!(!html.contains(part), "{part}");
    }
}

#[test]
fn a_source_is_shown_and_a_missing_one_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("writable");
    };
    write("go.mod", "module m\n");
    write("a.go", "package a // <i>\n\nfunc f() {\n}\n");
    let text = "mode: set\nm/a.go:3.10,4.2 1 1\nm/no.go:1.1,2.2 1 0\n";
    let profile = Profile::parse(text.as_bytes(), "text").expect("valid");
    let tree = SourceTree::new(folder.path()).expect("it is there");
    let html = profile.html(Some(&tree));
    assert!(html.contains("package a // &lt;i&gt;"), "{html}");
    assert_eq!(html.matches("The source was not found").count(), 1);
    // The functions of Go are found in the source, and lead to it.
    assert!(html.contains("<a href=\"#f0L3\">f</a>"), "{html}");
    assert!(html.contains("functions called: 100.0% (1 of 1)"), "{html}");
}

fn many(files: usize) -> String {
    let file = |at: usize| {
        format!("SF:src/d{}/f{at}.c\nDA:1,1\nend_of_record\n", at % 7)
    };
    (0..files).map(file).collect()
}

fn folder(name: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), text).expect("writable");
    folder
}

#[test]
fn many_files_get_a_page_each_and_old_pages_go() {
    let folder = folder("a.info", &many(501));
    stdout(&folder, "a.info --format html -o r.html");
    let read = |name: &str| {
        fs::read_to_string(folder.path().join(name)).unwrap_or_default()
    };
    let index = read("r.html");
    let links = values(&index, "<a href=\"");
    assert_eq!(links.len(), 501);
    for link in &links {
        let page = read(link);
        assert!(page.contains("<a href=\"../r.html\">"), "{link}");
    }
    // Only folders are shown at first.
    let rows = index.matches("<tr ").count();
    assert!(rows - index.matches(" hidden").count() < 10);
    // A shorter report leaves no page of the longer one.
    fs::write(folder.path().join("b.info"), many(3)).expect("writable");
    stdout(&folder, "b.info --format html --pages each -o r.html");
    let left = fs::read_dir(folder.path().join("r.files")).expect("there");
    assert_eq!(left.count(), 3);
}

#[test]
fn one_page_is_what_standard_output_and_packed_files_get() {
    let folder = folder("a.info", &many(501));
    let html = stdout(&folder, "a.info --format html");
    assert!(html.contains("id=\"f500\""));
    stdout(&folder, "a.info --format html -o r.html.gz");
    stdout(&folder, "a.info --format html --pages one -o one.html");
    assert!(!folder.path().join("one.files").exists());
    assert!(!folder.path().join("r.html.files").exists());
    let told = run(&folder, "a.info --format html --pages each").code(2);
    assert!(common::stderr(&told).contains("-o"));
}

#[test]
fn a_report_of_nothing_is_a_page_too() {
    let profile = Profile::new();
    let report = HtmlReport::new(&profile, None);
    assert_eq!((report.files(), report.is_large()), (0, false));
    assert!(profile.html(None).contains("<h1>Coverage: -</h1>"));
}
