//! `cargo xtask book`: the book, built without an installed mdbook.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::serve::serve;
use crate::workspace::{relative, root};

/// Build the book; with --open, show it in the browser
///
/// The pages also work from the disk, without a server.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Open the first page in the browser
    #[arg(long)]
    open: bool,

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
  cargo xtask book --serve          write it: reload the page after a change
  cargo xtask book --serve --port 0";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let page = book::build(&root().join("book"))?;
    println!("The book: {}", relative(&page));
    if args.serve {
        let folder = page.parent().context("the page is in a folder")?;
        return serve(folder, args.port, args.open);
    }
    if args.open {
        open(&page)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows a page in the browser.
pub(crate) fn open(page: &Path) -> Result<()> {
    opener::open(page)
        .with_context(|| format!("cannot open {}", page.display()))
}
