//! One page of HTML: the totals, and each file with its source.

use crate::profile::Profile;
use crate::profile::file_lines::FileLines;
use crate::reports::source_tree::SourceTree;
use crate::reports::totals::{By, percent};

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
td, th { padding: .1rem .8rem; text-align: right; }
td:first-child, th:first-child { text-align: left; }
pre { font: .9rem/1.4 ui-monospace, monospace; tab-size: 4; }
pre span { display: block; padding: 0 .5rem; }
.ran { background: rgb(0 160 0 / 18%); }
.missed { background: rgb(220 0 0 / 22%); }
summary { cursor: pointer; }
pre span .count { display: inline-block; min-width: 8rem; opacity: .7; }
";

impl Profile {
    /// Returns the whole report as one page that needs no other file. A file
    /// whose source is not found is shown by its line numbers.
    pub fn html(&self, sources: Option<&SourceTree>) -> String {
        let report = self.report(By::File, None);
        let all = percent(report.total);
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>Coverage: {all}</title>\n<style>{STYLE}</style>\n\
             </head>\n<body>\n<h1>Coverage: {all}</h1>\n<table>\n\
             <tr><th scope=\"col\">File</th><th scope=\"col\">covered</th>\
             <th scope=\"col\">of</th><th scope=\"col\">%</th></tr>\n"
        );
        for (at, row) in report.rows.iter().enumerate() {
            out += &format!(
                "<tr><td><a href=\"#file{at}\">{}</a></td><td>{}</td>\
                 <td>{}</td><td>{}</td></tr>\n",
                escape(&row.name),
                row.total.covered,
                row.total.statements,
                percent(row.total),
            );
        }
        out += "</table>\n";
        for (at, file) in self.lines().iter().enumerate() {
            let text = sources.and_then(|tree| tree.read(&file.path));
            out += &section(at, file, text.as_deref());
        }
        out + "</body>\n</html>\n"
    }
}

fn section(at: usize, file: &FileLines, text: Option<&str>) -> String {
    let mut out = format!(
        "<details id=\"file{at}\"><summary>{}</summary>\n<pre>",
        escape(&file.path)
    );
    match text {
        Some(text) => {
            for (line, number) in text.lines().zip(1..) {
                out += &shown(number, file.count(number), line);
            }
        }
        None => {
            for (number, count) in &file.lines {
                out += &shown(*number, Some(*count), "");
            }
        }
    }
    out + "</pre></details>\n"
}

/// Returns a line with its count. Words say too whether it ran, because not
/// everyone sees the colour.
fn shown(number: u32, count: Option<u64>, text: &str) -> String {
    let (class, times) = match count {
        None => ("", String::new()),
        Some(0) => (" class=\"missed\"", "missed".to_owned()),
        Some(count) => (" class=\"ran\"", format!("{count}x")),
    };
    let text = escape(text);
    format!(
        "<span{class}><span class=\"count\">{number} {times}</span>\
         {text}</span>"
    )
}

fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}
