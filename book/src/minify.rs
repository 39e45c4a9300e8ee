//! Takes out of the rendered book what no reader needs.
//!
//! Plain mdbook leaves it in; the book works the same.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use regex::{Captures, Regex};
use support::atomic_file;
use walkdir::WalkDir;

use crate::search_index;

/// Makes the files in `folder` smaller, each written whole or left as it was.
///
/// # Errors
///
/// When one cannot be read or written, or is not what mdbook 0.5 writes.
pub(crate) fn minify(folder: &Path) -> Result<()> {
    for entry in WalkDir::new(folder) {
        let path = entry?.into_path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let smaller: fn(&str) -> Result<String> = if name == "print.html" {
            |page| Ok(without_air(&to_print(page)))
        } else if name.ends_with(".html") {
            |page| Ok(without_air(page))
        } else if name.starts_with("searchindex") && name.ends_with(".js") {
            search_index::smaller
        } else {
            continue;
        };
        let text = smaller(&fs::read_to_string(&path)?)
            .with_context(|| format!("in {}", path.display()))?;
        atomic_file::write(&path, text.as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Returns the page to print: nothing runs on paper and nothing is folded
/// away, so the steps of a player stand there in words.
fn to_print(page: &str) -> String {
    let data = r#"(?s)<script type="application/(wasm|json)">.*?</script>"#;
    let data = Regex::new(data).expect("a valid pattern");
    let steps = r#"<details class="steps">"#;
    data.replace_all(page, "").replace(steps, &steps.replace('>', " open>"))
}

/// Returns the page without indentation, and with the licence of its icons at
/// the first of them only.
///
/// Outside of code a browser ignores indentation.
fn without_air(page: &str) -> String {
    let kept = r"(?s)<(?:pre|textarea)\b.*?</(?:pre|textarea)>";
    let licence = r"<!--! Font Awesome [^>]*-->";
    let air = r"\n\s+";
    let pattern = format!("({kept})|({licence})|{air}");
    let pattern = Regex::new(&pattern).expect("a valid pattern");
    let mut licences = 0;
    let smaller = |found: &Captures| {
        if found.get(1).is_some() {
            return found[0].to_owned();
        }
        if found.get(2).is_none() {
            return "\n".to_owned();
        }
        licences += 1;
        let first = if licences == 1 { &found[0] } else { "" };
        first.to_owned()
    };
    pattern.replace_all(page, smaller).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_goes_and_all_else_stays() {
        let page = "a<script type=\"application/wasm\">AGFz</script>\
                    b<script type=\"application/json\">{\"<i>\"}</script>\
                    c<script src=\"book.js\"></script>\
                    <details class=\"steps\"></details>";
        assert_eq!(
            to_print(page),
            "abc<script src=\"book.js\"></script>\
             <details class=\"steps\" open></details>"
        );
    }

    #[test]
    fn air_goes_and_code_and_one_licence_stay() {
        let icon = "<!--! Font Awesome Free - License --><path/>";
        let page = format!(
            "<b>\n    a\n\n  b</b>{icon}{icon}<pre><code>a\n    b\n\n</code>\
             </pre>\n\t<textarea>\n  a</textarea>"
        );
        assert_eq!(
            without_air(&page),
            format!(
                "<b>\na\nb</b>{icon}<path/><pre><code>a\n    b\n\n</code>\
                 </pre>\n<textarea>\n  a</textarea>"
            )
        );
    }
}
