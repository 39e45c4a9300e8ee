//! Which pages a report has.

use std::io::{self, BufWriter, Write};

use super::frame;
use super::markup::{address, escape, share};
use super::source;
use super::table::{self, Totals, plus};
use crate::profile::Profile;
use crate::profile::known_file::KnownFile;
use crate::reports::file_coverage::file_coverage;
use crate::reports::functions::function_total;
use crate::reports::source_tree::SourceTree;
use crate::reports::totals::percent;

/// A report in HTML, written page by page.
///
/// ```
/// use coverage_merge::{HtmlReport, Profile};
/// let text = "mode: set\nm/a.go:1.1,2.2 1 1\nm/b.go:1.1,2.2 1 0\n";
/// let profile = Profile::parse(text.as_bytes(), "text")?;
/// let report = HtmlReport::new(&profile, None);
/// let (mut index, mut page) = (Vec::new(), Vec::new());
/// report.write_index("files", &mut index).expect("a vector takes all");
/// report.write_file(1, "../index.html", &mut page).expect("so does this");
/// assert!(String::from_utf8_lossy(&index).contains("files/2.html"));
/// assert!(String::from_utf8_lossy(&page).contains("m/b.go"));
/// # Ok::<(), coverage_merge::Error>(())
/// ```
#[derive(Debug)]
pub struct HtmlReport<'a> {
    files: Vec<KnownFile<'a>>,
    totals: Vec<Totals>,
    sources: Option<&'a SourceTree>,
}

/// More files, or more lines that can run, than one page opens at once.
const MANY_FILES: usize = 500;
const MANY_LINES: usize = 100_000;

impl<'a> HtmlReport<'a> {
    /// Returns the report of a profile; a file whose source is not found in
    /// `sources` is shown by its line numbers.
    pub fn new(profile: &'a Profile, sources: Option<&'a SourceTree>) -> Self {
        let files = profile.known_files();
        let totals = files.iter().map(|file| {
            let functions = function_total(file, sources);
            [file.total(), file.branch_total(), functions]
        });
        let totals = totals.collect();
        Self { files, totals, sources }
    }

    /// Returns how many files it has.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// Returns whether it should have a page for each file: with more than 500
    /// files or 100,000 lines, one page would not open at once.
    pub fn is_large(&self) -> bool {
        let blocks = |it: &KnownFile<'_>| {
            let blocks = it.blocks.iter().map(|it| it.blocks.keys().len());
            blocks.sum::<usize>()
        };
        let lines =
            |it: &KnownFile<'_>| it.lines.map_or(0, |it| it.lines.keys().len());
        let all: usize =
            self.files.iter().map(|it| blocks(it) + lines(it)).sum();
        self.files.len() > MANY_FILES || all > MANY_LINES
    }

    /// Writes all of it as one page.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_page(&self, out: impl Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        self.write_table(&mut out, &|at| format!("#f{at}"))?;
        frame::moves(&mut out)?;
        for at in 0..self.files.len() {
            let path = escape(&self.files[at].path);
            let total = percent(self.totals[at][0]);
            writeln!(
                out,
                "<details class=\"file\" id=\"f{at}\"><summary>{path} \
                 <span class=\"faint\">{total}</span></summary>"
            )?;
            self.write_source(&mut out, &format!("f{at}"), at)?;
            out.write_all(b"</details>\n")?;
        }
        frame::end(&mut out, &[frame::INDEX, frame::SOURCE])?;
        out.flush()
    }

    /// Writes the table alone; the pages of the files are `FOLDER/1.html` and
    /// so on, beside it.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_index(&self, folder: &str, out: impl Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        self.write_table(&mut out, &|at| table::page(folder, at))?;
        frame::end(&mut out, &[frame::INDEX])?;
        out.flush()
    }

    /// Writes the page of one file, from 0; `index` is the address of the
    /// table from there.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    ///
    /// # Panics
    ///
    /// When there are not so many [`files`](Self::files).
    pub fn write_file(
        &self,
        at: usize,
        index: &str,
        out: impl Write,
    ) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        frame::begin(&mut out, &self.files[at].path)?;
        write!(out, "<p><a href=\"{}\">All files</a>", address(index))?;
        let neighbours = [
            (at.checked_sub(1), "Previous file"),
            (Some(at + 1).filter(|at| *at < self.files.len()), "Next file"),
        ];
        for (at, name) in neighbours {
            if let Some(at) = at {
                write!(out, " · <a href=\"{}.html\">{name}</a>", at + 1)?;
            }
        }
        writeln!(out, "</p>\n<p>{}</p>", summary(self.totals[at]))?;
        frame::moves(&mut out)?;
        self.write_source(&mut out, "", at)?;
        frame::end(&mut out, &[frame::SOURCE])?;
        out.flush()
    }

    fn write_table(
        &self,
        out: &mut dyn Write,
        link: &dyn Fn(usize) -> String,
    ) -> io::Result<()> {
        let all = self.totals.iter().copied().fold(Totals::default(), plus);
        frame::begin(out, &format!("Coverage: {}", percent(all[0])))?;
        writeln!(out, "<p>{}</p>", summary(all))?;
        let paths: Vec<&str> =
            self.files.iter().map(|file| &*file.path).collect();
        table::write(out, &paths, &self.totals, link)
    }

    fn write_source(
        &self,
        out: &mut dyn Write,
        id: &str,
        at: usize,
    ) -> io::Result<()> {
        let file = &self.files[at];
        let text = self.sources.and_then(|tree| {
            // A file of Go is found by the path in the profile.
            let first = file.blocks.first().map(|it| tree.read(it.path()));
            first.flatten().or_else(|| tree.read(&file.path))
        });
        let coverage = file_coverage(file, self.sources);
        source::write(out, id, &coverage, text.as_deref())
    }
}

fn summary(totals: Totals) -> String {
    let [statements, branches, functions] = totals.map(share);
    format!(
        "Covered: {statements}; branches taken: {branches}; functions called: \
         {functions}."
    )
}

impl Profile {
    /// Writes the whole report as one page that needs no other file. A file
    /// whose source is not found is shown by its line numbers.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_html(
        &self,
        sources: Option<&SourceTree>,
        out: impl Write,
    ) -> io::Result<()> {
        HtmlReport::new(self, sources).write_page(out)
    }

    /// Returns what [`write_html`](Self::write_html) writes.
    pub fn html(&self, sources: Option<&SourceTree>) -> String {
        let mut page = Vec::new();
        // A vector takes all, and a page is text.
        let _ = self.write_html(sources, &mut page);
        String::from_utf8_lossy(&page).into_owned()
    }
}
