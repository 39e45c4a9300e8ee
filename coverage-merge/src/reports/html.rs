//! One page of HTML: the totals, and each file with its source.

use crate::profile::Profile;
use crate::profile::file_lines::FileLines;
use crate::profile::total::Total;
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
.part { background: rgb(230 160 0 / 25%); }
pre { overflow-x: auto; }
pre > code { display: table; min-width: 100%; }
tbody tr:last-child { font-weight: bold; }
td:first-child { overflow-wrap: anywhere; }
summary { cursor: pointer; }
pre span .count { display: inline-block; padding: 0; opacity: .8; }
pre span .number { min-width: 4rem; text-align: right; }
pre span .times { min-width: 7rem; text-align: right; margin-right: 1rem; }
";

/// Opens the section that a link leads to; `n` goes to the next line that did
/// not run, `p` to the one before; the field filters the files.
const SCRIPT: &str = "
const show = () => {
  const it = document.getElementById(location.hash.slice(1));
  if (!it) return;
  const section = it.closest('details');
  if (section) section.open = true;
  it.scrollIntoView();
};
addEventListener('hashchange', show);
addEventListener('click', event => {
  if (event.target.closest('a[href^=\"#\"]')) setTimeout(show);
});
show();
const filter = document.getElementById('filter');
filter.addEventListener('input', () => {
  for (const row of document.querySelectorAll('tbody tr[data-name]'))
    row.hidden = !row.dataset.name.includes(filter.value);
});
let at = -1;
addEventListener('keydown', event => {
  if (event.target === filter || !['n', 'p'].includes(event.key)) return;
  const all = [...document.querySelectorAll('details[open] .missed')];
  if (!all.length) return;
  at = (at + (event.key === 'n' ? 1 : all.length - 1)) % all.length;
  all[at].scrollIntoView({ block: 'center' });
});
for (const [column, head] of [...document.querySelectorAll('th')].entries())
  head.addEventListener('click', () => {
    const body = document.querySelector('tbody');
    const rows = [...body.querySelectorAll('tr[data-name]')];
    const key = row => row.cells[column].textContent;
    const order = head.dataset.up ? -1 : 1;
    head.dataset.up = head.dataset.up ? '' : '1';
    rows.sort((a, b) => order * (column
      ? parseFloat(key(a)) - parseFloat(key(b)) : key(a).localeCompare(key(b))));
    body.prepend(...rows);
  });
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
             </head>\n<body>\n<h1>Coverage: {all}</h1>\n\
             <p><label>Files: <input id=\"filter\" type=\"search\"></label>\n\
             <table>\n<thead><tr><th scope=\"col\">File</th><th scope=\"col\">covered</th>\
             <th scope=\"col\">of</th><th scope=\"col\">%</th></tr></thead>\n<tbody>\n"
        );
        for (at, row) in report.rows.iter().enumerate() {
            out += &format!(
                "<tr data-name=\"{0}\"><td><a href=\"#file{at}\">{0}</a></td>\
                 <td>{1}</td><td>{2}</td><td>{3}</td></tr>\n",
                escape(&row.name),
                row.total.covered,
                row.total.statements,
                percent(row.total),
            );
        }
        let Total { covered, statements } = report.total;
        out += &format!(
            "<tr><td>total</td><td>{covered}</td><td>{statements}</td>\
             <td>{all}</td></tr>\n</tbody></table>\n"
        );
        for (at, file) in self.lines().iter().enumerate() {
            let text = sources.and_then(|tree| tree.read(&file.path));
            out += &section(at, file, text.as_deref());
        }
        out + "<script>" + SCRIPT + "</script>\n</body>\n</html>\n"
    }
}

fn section(at: usize, file: &FileLines, text: Option<&str>) -> String {
    let mut out = format!(
        "<details id=\"file{at}\"><summary>{}</summary>\n<pre>",
        escape(&file.path)
    );
    out += "<code>";
    let part = |number: u32| file.partial.binary_search(&number).is_ok();
    match text {
        Some(text) => {
            for (line, number) in text.lines().zip(1..) {
                out += &shown(number, file.count(number), part(number), line);
            }
        }
        None => {
            for (number, count) in &file.lines {
                out += &shown(*number, Some(*count), part(*number), "");
            }
        }
    }
    out + "</code></pre></details>\n"
}

/// Returns a line with its count. Words say too whether it ran, because not
/// everyone sees the colour.
fn shown(number: u32, count: Option<u64>, part: bool, text: &str) -> String {
    let (class, times) = match count {
        None => ("", String::new()),
        Some(0) => (" class=\"missed\"", "missed".to_owned()),
        Some(count) if part => (" class=\"part\"", format!("part {count}x")),
        Some(count) => (" class=\"ran\"", format!("{count}x")),
    };
    let text = escape(text);
    format!(
        "<span{class}><span class=\"count number\">{number}</span> \
         <span class=\"count times\">{times}</span>{text}</span>"
    )
}

fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}
