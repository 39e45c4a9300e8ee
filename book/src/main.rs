//! The book's preprocessor as a command, for plain `mdbook build book`.
//!
//! mdbook hands the book over on stdin and takes it back from stdout.

use std::process::ExitCode;

use anyhow::Result;
use mdbook_preprocessor::Preprocessor;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] => preprocess(),
        ["supports", _renderer] => Ok(()),
        _ => {
            eprintln!("This is run by mdbook; try: cargo xtask book");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn preprocess() -> Result<()> {
    let (context, book) =
        mdbook_preprocessor::parse_input(std::io::stdin().lock())?;
    let book = book::Directives.run(&context, book)?;
    serde_json::to_writer(std::io::stdout().lock(), &book)?;
    Ok(())
}
