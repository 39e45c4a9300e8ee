//! `cargo xtask book`: the book, built without an installed mdbook.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use support::browser;

use crate::link::link;
use crate::serve::serve;
use crate::tools::{BROWSERS, is_installed};
use crate::workspace::{root, target};

/// Build the book; with --open, show it in the browser
///
/// The pages also work from the disk, without a server.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Open the first page in the browser
    #[arg(long)]
    open: bool,

    /// Print the whole book into a PDF file; needs Chromium or Chrome
    #[arg(long, value_name = "FILE", conflicts_with = "serve")]
    pdf: Option<PathBuf>,

    /// Put the whole book into an EPUB file
    #[arg(long, value_name = "FILE", conflicts_with = "serve")]
    epub: Option<PathBuf>,

    /// Make slides of each page, to be shown from the disk
    ///
    /// Arrows and the space bar lead through them, n shows what to say. A
    /// browser prints them, one a sheet.
    #[arg(long, conflicts_with = "serve")]
    slides: bool,

    /// Serve the book on this machine and build it again on each change
    #[arg(long)]
    serve: bool,

    /// The port to serve on; 0 takes one that is free
    #[arg(long, default_value_t = 3000, requires = "serve")]
    port: u16,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask book --open           build it and read it
  cargo xtask book --pdf book.pdf   all of it in one file, to print or carry
  cargo xtask book --epub book.epub   the same for readers of books
  cargo xtask book --slides --open    for a lecture
  cargo xtask book --serve          write it: the page follows each change
  cargo xtask book --serve --port 0";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let page = build()?;
    println!("The book: {}", link(&page));
    if args.serve {
        let folder = page.parent().context("the page is in a folder")?;
        return serve(folder, args.port, args.open);
    }
    if let Some(file) = &args.pdf {
        print(&page.with_file_name("print.html"), file)?;
        println!("As PDF: {}", file.display());
    }
    if let Some(file) = &args.epub {
        let folder = page.parent().context("the page is in a folder")?;
        book::epub(&root().join("book"), folder, file)?;
        println!("As EPUB: {}", file.display());
    }
    let mut first = page.clone();
    if args.slides {
        let folder = page.parent().context("the page is in a folder")?;
        first = book::slides(&root().join("book"), folder)?;
        println!("As slides: {}", link(&first));
    }
    if args.open {
        open(&first)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the book where cargo builds, and returns its first page.
pub(crate) fn build() -> Result<PathBuf> {
    book::build_into(&root().join("book"), &target("book"))
}

/// Prints a page into a PDF file.
fn print(page: &Path, file: &Path) -> Result<()> {
    let file = std::path::absolute(file)?;
    let installed = BROWSERS.iter().find(|name| is_installed(Path::new(name)));
    let browser = installed.with_context(|| {
        format!(
            "none of {} is installed, which print a PDF",
            BROWSERS.join(", ")
        )
    })?;
    let status = Command::new(browser)
        // The page is our own, and a container has no sandbox to give.
        .args(["--headless", "--no-sandbox", "--no-pdf-header-footer"])
        // The chapters, for the sidebar of whoever reads it on a screen.
        .arg("--generate-pdf-document-outline")
        .arg(format!("--print-to-pdf={}", file.display()))
        .arg(format!("file://{}", page.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {browser}"))?;
    let is_printed = status.success() && file.exists();
    ensure!(is_printed, "{browser} did not print {}", page.display());
    Ok(())
}

/// Shows a page in the browser.
pub(crate) fn open(page: &Path) -> Result<()> {
    browser::open(&page.display().to_string())?;
    Ok(())
}
