//! What all pages have.

use std::io::{self, Write};

use super::markup::escape;

const STYLE: &str = include_str!("style.css");

/// The scripts of a table and of sources.
pub(super) const INDEX: &str = include_str!("index.js");
pub(super) const SOURCE: &str = include_str!("source.js");

/// Writes what comes before the content of a page.
pub(super) fn begin(out: &mut dyn Write, title: &str) -> io::Result<()> {
    let title = escape(title);
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n\
         <noscript><style>#files tr[hidden] {{ display: table-row }} \
         .tools {{ display: none }}</style></noscript>\n\
         </head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )
}

/// Writes the buttons that go from miss to miss.
pub(super) fn moves(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"<p class=\"tools\"><button id=\"next\" type=\"button\">Next miss \
          (n)</button> <button id=\"previous\" type=\"button\">Previous miss \
          (p)</button> <span id=\"where\" role=\"status\" class=\"faint\">\
          </span></p>\n",
    )
}

/// Writes what comes behind the content of a page.
pub(super) fn end(out: &mut dyn Write, scripts: &[&str]) -> io::Result<()> {
    out.write_all(b"</main>\n<script>\n")?;
    for script in scripts {
        out.write_all(script.as_bytes())?;
    }
    out.write_all(b"</script>\n</body>\n</html>\n")
}
