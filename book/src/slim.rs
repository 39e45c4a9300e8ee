//! Takes out of the rendered book what no reader needs.
//!
//! Plain mdbook leaves it in; the book works the same.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use regex::Regex;

use crate::search_index;

/// Makes the pages in `folder` smaller.
///
/// # Errors
///
/// When a page cannot be read or written.
pub(crate) fn slim(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "print.html" {
            fs::write(&path, to_print(&fs::read_to_string(&path)?))?;
        } else if name.starts_with("searchindex") && name.ends_with(".js") {
            let index = search_index::smaller(&fs::read_to_string(&path)?)
                .with_context(|| format!("in {}", path.display()))?;
            fs::write(&path, index)?;
        }
    }
    Ok(())
}

/// The page to print, on which nothing runs and nothing is folded away: the
/// steps of a player stand there in words.
fn to_print(page: &str) -> String {
    let data = r#"(?s)<script type="application/(wasm|json)">.*?</script>"#;
    let data = Regex::new(data).expect("a valid pattern");
    let steps = r#"<details class="steps">"#;
    data.replace_all(page, "")
        .replace(steps, &steps.replace('>', " open>"))
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
}
