//! Takes out of the rendered book what no reader needs.
//!
//! Plain mdbook leaves it in; the book works the same.

use std::fs;
use std::path::Path;

use anyhow::Result;
use regex::Regex;

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
            fs::write(&path, without_crates(&fs::read_to_string(&path)?))?;
        } else if name.starts_with("searchindex") && name.ends_with(".js") {
            fs::write(&path, rounded(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// The page to print, on which no program runs.
fn without_crates(page: &str) -> String {
    let wasm = r#"<script type="application/wasm">[^<]*</script>"#;
    let wasm = Regex::new(wasm).expect("a valid pattern");
    wasm.replace_all(page, "").into_owned()
}

/// The index with two digits of each weight: enough to put results in order.
fn rounded(index: &str) -> String {
    let weight = r#"("tf":\d+\.\d\d)\d+"#;
    let weight = Regex::new(weight).expect("a valid pattern");
    weight.replace_all(index, "$1").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crates_and_the_digits_go_and_all_else_stays() {
        let page = "a<script type=\"application/wasm\">AGFz</script>b\
                    <script type=\"application/json\">{}</script>";
        assert_eq!(
            without_crates(page),
            "ab<script type=\"application/json\">{}</script>"
        );
        let index = r#"{"1":{"tf":1.4142135623730951},"2":{"tf":1.0}}"#;
        assert_eq!(rounded(index), r#"{"1":{"tf":1.41},"2":{"tf":1.0}}"#);
    }
}
