//! The search's index, as a list of words in the place of a tree of letters.
//!
//! mdbook writes the tree as elasticlunr loads it: a million bytes here, most
//! of them brackets. The list says the same, and a few lines of script grow
//! the tree from it.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

const SCRIPT: &str = include_str!("search_index.js");

/// Returns the script that mdbook wrote, with words in the place of trees.
///
/// # Errors
///
/// When `script` is not written as mdbook 0.5 writes it.
pub(crate) fn smaller(script: &str) -> Result<String> {
    let text = script.split_once("JSON.parse('").context("no JSON in it")?.1;
    let text = text.rsplit_once("')").context("the JSON has no end")?.0;
    let text = text.replace("\\'", "'").replace("\\\\", "\\");
    let mut search: Value = serde_json::from_str(&text)?;
    let fields = search["index"]["index"]
        .as_object_mut()
        .context("the index has no fields")?;
    for field in fields.values_mut() {
        let mut words = Map::new();
        list(&field["root"], &mut String::new(), &mut words)?;
        *field = Value::Object(words);
    }
    // JSON is JavaScript: it needs no quotes that must be escaped.
    Ok(SCRIPT.replacen("WORDS", &search.to_string(), 1))
}

/// Adds the words that begin with `start` and end in `node` or below it.
fn list(
    node: &Value,
    start: &mut String,
    words: &mut Map<String, Value>,
) -> Result<()> {
    for (key, below) in node.as_object().context("a node is no object")? {
        match key.as_str() {
            "df" => {}
            "docs" => {
                let places = places(below)?;
                if !places.is_empty() {
                    words.insert(start.clone(), places.into());
                }
            }
            letter => {
                let length = start.len();
                start.push_str(letter);
                list(below, start, words)?;
                start.truncate(length);
            }
        }
    }
    Ok(())
}

/// Returns the sections in which a word stands: `3 7*4` is once in section 3 and four
/// times in section 7.
fn places(sections: &Value) -> Result<String> {
    let sections = sections.as_object().context("no places of a word")?;
    let place = |(section, weight): (&String, &Value)| {
        // The weight is the root of the count.
        let root = weight["tf"].as_f64().context("a place has no weight")?;
        Ok(match (root * root).round() {
            1.0 => section.clone(),
            times => format!("{section}*{times}"),
        })
    };
    let places: Result<Vec<_>> = sections.iter().map(place).collect();
    Ok(places?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_letters_becomes_a_list_of_words() {
        let script = r#"window.search = Object.assign(window.search, JSON.parse('{"index":{"index":{"body":{"root":{"df":0,"docs":{},"a":{"df":2,"docs":{"3":{"tf":1.0},"7":{"tf":2.0}},"s":{"df":1,"docs":{"7":{"tf":1.4142135623730951}}}},"\'":{"df":1,"docs":{"5":{"tf":1.0}}}}}},"text":"it\'s \\"so\\""}}'));"#;
        let smaller = smaller(script).expect("it is an index");
        let words = r#"{"'":"5","a":"3 7*4","as":"7*2"}"#;
        assert!(smaller.contains(words), "{smaller}");
        assert!(smaller.contains(r#""text":"it's \"so\"""#), "{smaller}");
    }

    #[test]
    fn another_script_is_refused() {
        assert!(smaller("window.search = {};").is_err());
    }
}
