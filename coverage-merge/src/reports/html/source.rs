//! A file with its source.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::markup::{escape, share};
use crate::profile::total::Total;
use crate::reports::file_coverage::{FileCoverage, LineBranches};
use crate::reports::functions::FunctionCoverage;
use crate::reports::totals::percent;

/// The most branches that a line shows one by one.
const MOST: usize = 12;

/// Writes the functions of a file, and its lines. `id` begins the names of its
/// lines, which links lead to: `ID` and `L12`.
pub(super) fn write(
    out: &mut dyn Write,
    id: &str,
    file: &FileCoverage,
    text: Option<&str>,
) -> io::Result<()> {
    functions(out, id, &file.functions)?;
    if text.is_none() {
        out.write_all(
            b"<p class=\"faint\">The source was not found: only the lines \
              that can run are shown.</p>\n",
        )?;
    }
    if !file.branches.is_empty() {
        out.write_all(
            b"<p class=\"faint\">Branches of a line: + taken, - not taken, # \
              never reached.</p>\n",
        )?;
    }
    let branches: BTreeMap<u32, String> =
        file.branches.iter().map(|it| (it.line, marks(it))).collect();
    let lines = Lines { id, file, branches };
    let path = escape(&file.lines.path);
    write!(
        out,
        "<pre tabindex=\"0\" role=\"region\" aria-label=\"Lines of {path}\" \
         data-path=\"{path}\" style=\"{}\"><code>",
        lines.widths(text)
    )?;
    match text {
        Some(text) => {
            for (line, number) in text.lines().zip(1..) {
                lines.write(out, number, line)?;
            }
        }
        None => {
            for (number, _) in &file.lines.lines {
                lines.write(out, *number, "")?;
            }
        }
    }
    out.write_all(b"</code></pre>\n")
}

fn functions(
    out: &mut dyn Write,
    id: &str,
    functions: &[FunctionCoverage],
) -> io::Result<()> {
    if functions.is_empty() {
        return Ok(());
    }
    let mut total = Total::default();
    let with_code = functions.iter().filter(|it| !it.total.is_empty());
    with_code.for_each(|it| total.add(1, it.total.covered));
    write!(
        out,
        "<details class=\"functions\"><summary>Functions: {}</summary>\n\
         <table><thead><tr><th scope=\"col\">Function</th>\
         <th scope=\"col\">line</th><th scope=\"col\">called</th>\
         <th scope=\"col\">covered</th></tr></thead><tbody>\n",
        share(total)
    )?;
    for FunctionCoverage { name, line, count, total } in functions {
        let name = match line {
            0 => escape(name),
            _ => {
                format!("<a href=\"#{id}L{line}\">{}</a>", escape(name)).into()
            }
        };
        writeln!(
            out,
            "<tr><td>{name}</td><td>{line}</td><td>{count}x</td>\
             <td>{}</td></tr>",
            percent(*total)
        )?;
    }
    out.write_all(b"</tbody></table></details>\n")
}

/// Returns a mark for each branch: `+` taken, `-` not, `#` never reached; where
/// it is not known which, or there are many, how many.
fn marks(branches: &LineBranches) -> String {
    if branches.known.is_empty() || branches.known.len() > MOST {
        let Total { covered, statements } = branches.total;
        return format!("{covered}/{statements}");
    }
    let mark = |count: Option<u64>| match count {
        None => '#',
        Some(0) => '-',
        Some(_) => '+',
    };
    branches.known.iter().map(|branch| mark(branch.count)).collect()
}

struct Lines<'a> {
    id: &'a str,
    file: &'a FileCoverage,
    /// The marks of the branches, by line.
    branches: BTreeMap<u32, String>,
}

impl Lines<'_> {
    /// Returns how wide the columns are, so that all lines begin alike.
    fn widths(&self, text: Option<&str>) -> String {
        let lines = &self.file.lines.lines;
        let last = lines.last().map_or(0, |line| line.0 as usize);
        let last = last.max(text.map_or(0, |text| text.lines().count()));
        let numbers = last.to_string().len();
        let counts = lines.iter().map(|(line, _)| self.times(*line).1.len());
        let counts = counts.max().unwrap_or(0);
        let branches = self.branches.values().map(String::len).max();
        let branches = branches.unwrap_or(0);
        format!("--n:{numbers}ch;--c:{counts}ch;--b:{branches}ch")
    }

    /// Returns the class of a line and its count. Words say too whether it ran,
    /// because not everyone sees the colour.
    fn times(&self, line: u32) -> (&'static str, String) {
        let part = self.file.lines.partial.binary_search(&line).is_ok();
        match self.file.lines.count(line) {
            None => ("", String::new()),
            Some(0) => (" missed", "missed".to_owned()),
            Some(count) if part => (" part", format!("part {count}x")),
            Some(count) => (" ran", format!("{count}x")),
        }
    }

    fn write(
        &self,
        out: &mut dyn Write,
        number: u32,
        text: &str,
    ) -> io::Result<()> {
        let id = self.id;
        let (class, times) = self.times(number);
        write!(
            out,
            "<span class=\"l{class}\" id=\"{id}L{number}\"><i class=\"n\">\
             <a href=\"#{id}L{number}\" tabindex=\"-1\">{number}</a></i>\
             <i class=\"c\">{times}</i>"
        )?;
        if !self.branches.is_empty() {
            let marks = self.branches.get(&number);
            let title = self.title(number);
            let marks = marks.map_or("", String::as_str);
            write!(out, "<i class=\"b\"{title}>{marks}</i>")?;
        }
        write!(out, "{}</span>", escape(text))
    }

    /// Returns what is said of the branches of a line to who points at them.
    fn title(&self, line: u32) -> String {
        let all = &self.file.branches;
        let Ok(at) = all.binary_search_by_key(&line, |it| it.line) else {
            return String::new();
        };
        let Total { covered, statements } = all[at].total;
        let mut title = format!("{covered} of {statements} branches taken");
        for branch in all[at].known.iter().take(MOST) {
            title += &match branch.count {
                None => format!("; {}: never reached", branch.name),
                Some(count) => format!("; {}: {count}x", branch.name),
            };
        }
        format!(" title=\"{}\"", escape(&title))
    }
}
