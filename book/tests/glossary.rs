//! The glossary and the code use the same words.
//!
//! A word that the glossary writes as code is an identifier of the
//! workspace, or its entry says that it is Go's. So a rename in the code that
//! forgets the glossary is found here.

mod sources;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

const GLOSSARY: &str = "book/chapters/appendices/glossary.md";

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// Adds the identifiers of a source in Rust to those that are known.
///
/// Comments and literals are passed over: a word in them is no name.
fn add_identifiers(source: &str, known: &mut BTreeSet<String>) {
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
        let comment = r"//[^\n]*|/\*(?s:.*?)\*/";
        let raw = r###"\br##"(?s:.*?)"##|\br#"(?s:.*?)"#"###;
        let text = r#""(?:\\(?s:.)|[^"\\])*""#;
        let letter = r"'(?:\\.|[^'\\])'";
        pattern(&format!(r"{comment}|{raw}|{text}|{letter}|\b([A-Za-z_]\w*)\b"))
    });
    for found in TOKEN.captures_iter(source) {
        if let Some(name) = found.get(1) {
            known.insert(name.as_str().to_owned());
        }
    }
}

/// Returns what the entries of a glossary write as an identifier: the number
/// of the line, the word, and whether the entry says that it is Go's.
fn words(glossary: &str) -> Vec<(usize, String, bool)> {
    static SPAN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"`([A-Za-z_]\w*)`"));
    let mut found = Vec::new();
    for (number, line) in glossary.lines().enumerate() {
        let is_of_go = line.contains("Go's");
        for span in SPAN.captures_iter(line) {
            found.push((number + 1, span[1].to_owned(), is_of_go));
        }
    }
    found
}

/// Returns the words that are neither known nor Go's, with their lines.
fn unknown(glossary: &str, known: &BTreeSet<String>) -> Vec<String> {
    let words = words(glossary).into_iter();
    words
        .filter(|(_, word, is_of_go)| !is_of_go && !known.contains(word))
        .map(|(line, word, _)| format!("{GLOSSARY}:{line}: `{word}`"))
        .collect()
}

#[test]
fn each_identifier_of_the_glossary_is_in_the_code_or_is_of_go() {
    let mut known = BTreeSet::new();
    for (path, source) in sources::files(&sources::root(), "rs") {
        // A name in a test explains nothing to who reads the glossary.
        if !path.iter().any(|folder| folder == "tests") {
            add_identifiers(&source, &mut known);
        }
    }
    let path = sources::root().join(GLOSSARY);
    let glossary = std::fs::read_to_string(path).expect("it is there");
    let wrong = unknown(&glossary, &known);
    assert!(wrong.is_empty(), "no such name:\n{}", wrong.join("\n"));
    let count = words(&glossary).len();
    assert!(count > 20, "only {count} words are code");
}

#[test]
fn a_word_that_the_code_does_not_have_is_noticed() {
    let mut known = BTreeSet::new();
    let source = r##"
        // fn comment() {}
        fn cascade<'a>(c: &'a str) -> char { "text \" more"; r#"raw"# ; '"' }
        struct Wheel;
    "##;
    add_identifiers(source, &mut known);
    let glossary = "**`cascade`.** Of a wheel.\n\n**`Wheel`.** Slots.\n";
    assert_eq!(unknown(glossary, &known), [] as [String; 0]);
    for word in ["comment", "text", "more", "raw", "open"] {
        let changed = glossary.replace("Wheel", word);
        let line = format!("{GLOSSARY}:3: `{word}`");
        assert_eq!(unknown(&changed, &known), [line]);
    }
    let of_go = glossary.replace("`Wheel`.** Slots", "`gopark`.** Go's stop");
    assert_eq!(unknown(&of_go, &known), [] as [String; 0]);
}
