//! The preprocessor as plain mdbook calls it: a book in, a book out.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn preprocess(text: &str) -> Output {
    let chapter = json!({
        "name": "One", "content": text, "number": null, "sub_items": [],
        "path": "one.md", "source_path": "one.md", "parent_names": [],
    });
    let context = json!({
        "root": env!("CARGO_MANIFEST_DIR"),
        "config": {},
        "renderer": "html",
        "mdbook_version": "0.5.4",
    });
    let input = json!([context, { "items": [{ "Chapter": chapter }] }]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_book"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the preprocessor runs");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    write!(stdin, "{input}").expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

#[test]
fn a_table_has_the_recorded_numbers_and_where_they_are_from() {
    let output = preprocess("before\n\n{{#table coverage}}\n\nafter\n");
    assert!(output.status.success(), "{output:?}");
    let book: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = &book["items"][0]["Chapter"]["content"];
    let text = text.as_str().expect("the chapter is text");
    assert!(text.starts_with("before\n\n<figure"), "{text}");
    assert!(text.contains("| benchmark | sort-scan | merge |"), "{text}");
    assert!(text.contains("\nRecorded: "), "{text}");
    assert!(text.ends_with("\n\nafter\n"), "{text}");
}

#[test]
fn a_player_has_its_steps_in_words_and_as_data() {
    let output = preprocess("{{#play heap-push}}\n");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("<step-player>"), "{text}");
    assert!(text.contains("Is 5 earlier than 30? Yes."), "{text}");
}

#[test]
fn a_planted_bug_has_its_lanes_and_old_code_its_changes() {
    let output = preprocess(
        "{{#lanes queue-locks/go_lost_wake}}\n\n\
         {{#diff timer-heap/src/structures/heap/sift.rs:swap \
         timer-heap/src/structures/heap/sift.rs:hole}}\n",
    );
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("Here loom stops: deadlock."), "{text}");
    assert!(
        text.contains("<del>-         tree.put(parent, moving);"),
        "{text}"
    );
    assert!(
        text.contains("<ins>+     let moving = tree.get(start);"),
        "{text}"
    );
}

#[test]
fn what_is_not_recorded_is_an_error_that_names_the_remedy() {
    for (directive, remedy) in [
        ("{{#table nothing}}", "cargo xtask record nothing"),
        ("{{#play nothing}}", "heap-push"),
        ("{{#lanes queue-locks/nothing}}", "nothing.json"),
        ("{{#diff Cargo.toml:a Cargo.toml:b}}", "ANCHOR: a"),
        ("```quiz\nWhy?\n```", "two choices"),
        ("```quiz\nWhy?\n", "no end"),
    ] {
        let output = preprocess(&format!("One\n\n{directive}\n"));
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{directive}");
        let line = match directive {
            "```quiz\nWhy?\n```" => 4,
            _ => 3,
        };
        let place = format!("src/one.md:{line}: ");
        assert!(message.contains(&place), "{message}");
        assert!(message.contains(remedy), "{message}");
    }
}
