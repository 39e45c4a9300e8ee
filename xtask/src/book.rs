//! `cargo xtask book`: the book, built without an installed mdbook.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::workspace::{relative, root};

/// Build the book; with --open, show it in the browser
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Open the first page in the browser
    #[arg(long)]
    open: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let page = book::build(&root().join("book"))?;
    println!("The book: {}", relative(&page));
    if args.open {
        opener::open(&page)
            .with_context(|| format!("cannot open {}", page.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
