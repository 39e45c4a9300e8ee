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
            fs::write(&path, to_print(&fs::read_to_string(&path)?))?;
        } else if name.starts_with("searchindex") && name.ends_with(".js") {
            let index = rounded(&fs::read_to_string(&path)?);
            fs::write(&path, without_empty(&index))?;
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

/// The index with two digits of each weight: enough to put results in order.
fn rounded(index: &str) -> String {
    let weight = r#"("tf":\d+)(?:\.0\b|(\.\d\d)\d*)"#;
    let weight = Regex::new(weight).expect("a valid pattern");
    weight.replace_all(index, "$1$2").into_owned()
}

/// The index without the counts of letters that end no word: the search
/// takes those that are missing for none.
fn without_empty(index: &str) -> String {
    let none = r#""df":0,"docs":{}"#;
    index
        .replace(&format!("{none},"), "")
        .replace(&format!(",{none}"), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_and_digits_go_and_all_else_stays() {
        let page = "a<script type=\"application/wasm\">AGFz</script>\
                    b<script type=\"application/json\">{\"<i>\"}</script>\
                    c<script src=\"book.js\"></script>\
                    <details class=\"steps\"></details>";
        assert_eq!(
            to_print(page),
            "abc<script src=\"book.js\"></script>\
             <details class=\"steps\" open></details>"
        );
        let index = r#"{"1":{"tf":1.4142135623730951},"2":{"tf":1.0}}"#;
        assert_eq!(rounded(index), r#"{"1":{"tf":1.41},"2":{"tf":1}}"#);
        let index = r#"{"a":{"df":0,"docs":{},"s":{"df":1,"docs":{"7":{}}}},"df":0,"docs":{}}"#;
        let less = r#"{"a":{"s":{"df":1,"docs":{"7":{}}}}}"#;
        assert_eq!(without_empty(index), less);
    }
}
