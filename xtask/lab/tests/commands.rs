//! `cargo lab` as typed at a prompt, as far as it builds nothing.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use support::workspace::root;

fn lab(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lab-run"))
        .args(args)
        .arg("--folder")
        .arg(folder)
        .env("COLUMNS", "80")
        .env_remove("NO_COLOR")
        .output()
        .expect("lab-run runs")
}

/// Returns what is printed, with the exit code that it must have.
fn prints(folder: &Path, args: &[&str], code: i32) -> String {
    let output = lab(folder, args);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
    assert!(!text.contains('\u{1b}'), "{args:?}: {text}");
    text
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room")
}

#[test]
fn a_lab_is_begun_once_and_what_was_written_is_never_lost() {
    let folder = folder();
    let source = folder.path().join("heap/src/lib.rs");
    let said = prints(folder.path(), &["start", "heap"], 0);
    assert!(said.contains("cargo lab check heap"), "{said}");
    let documented = "lab_judge::heap, documented by\n            cargo doc \
                      --no-deps --open -p lab-judge -p timer-heap\n";
    assert!(said.contains(documented), "{said}");
    let starter = fs::read_to_string(&source).expect("it is copied");
    assert!(starter.contains("YOUR CODE: up"));

    fs::write(&source, "// mine\n").unwrap();
    let said = prints(folder.path(), &["start", "heap"], 2);
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(fs::read_to_string(&source).unwrap(), "// mine\n");

    for number in [1, 2] {
        fs::write(&source, format!("// mine {number}\n")).unwrap();
        prints(folder.path(), &["reset", "heap"], 0);
        assert_eq!(fs::read_to_string(&source).unwrap(), starter);
        let kept = format!("heap/before-reset-{number}.rs");
        let kept = fs::read_to_string(folder.path().join(kept)).unwrap();
        assert_eq!(kept, format!("// mine {number}\n"));
    }
}

#[test]
fn the_list_has_each_lab_and_where_the_reader_is() {
    let folder = folder();
    let list = prints(folder.path(), &["list"], 0);
    for entry in fs::read_dir(root().join("labs")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().join("lab.json").exists() {
            let line = list.lines().find(|it| it.starts_with(&name));
            assert!(line.is_some_and(|it| it.ends_with("not begun")), "{list}");
        }
    }
    prints(folder.path(), &["start", "mutex"], 0);
    let list = prints(folder.path(), &["list"], 0);
    assert!(list.contains("begun, 0 of 3"), "{list}");
}

#[test]
fn hints_come_one_by_one() {
    let folder = folder();
    let said = prints(folder.path(), &["hint", "heap"], 2);
    assert!(said.contains("cargo lab start heap"), "{said}");
    prints(folder.path(), &["start", "heap"], 0);
    let lines = || prints(folder.path(), &["hint", "heap"], 0);
    let (first, second, third, more) = (lines(), lines(), lines(), lines());
    assert!(first.starts_with("stage 1, "), "{first}");
    assert!(second.starts_with(&first) && second.len() > first.len());
    assert!(third.contains("the last one"), "{third}");
    assert_eq!(third, more);
}

#[test]
fn ours_is_shown_beside_the_readers() {
    let folder = folder();
    prints(folder.path(), &["start", "heap"], 0);
    let diff = prints(folder.path(), &["compare", "heap"], 0);
    assert!(diff.contains("--- yours"), "{diff}");
    assert!(diff.contains("+        let moving = tree.get(start);"), "{diff}");
    assert!(diff.contains("sift.rs"), "{diff}");
}

#[test]
fn what_is_wrong_is_refused() {
    let folder = folder();
    let said = prints(folder.path(), &["start", "heaps"], 2);
    assert!(said.contains("there is no lab \"heaps\""), "{said}");
    assert!(said.contains("did you mean `heap`?"), "{said}");
    assert!(
        said.contains(
            "collector, container, coverage, defer, fd-mutex, heap, \
             loom-model, mutex, rank-test, timerproc"
        ),
        "{said}"
    );
    let said = prints(folder.path(), &["check", "heap"], 2);
    assert!(said.contains("cargo lab start heap"), "{said}");
    prints(folder.path(), &["start", "heap"], 0);
    fs::write(folder.path().join("progress.json"), "{ not JSON").unwrap();
    let said = prints(folder.path(), &["hint", "heap"], 2);
    assert!(said.contains("is damaged"), "{said}");
    let both = ["check", "heap", "--watch", "--json"];
    assert_eq!(lab(folder.path(), &both).status.code(), Some(2));
}

#[test]
fn lines_fit_into_80_columns() {
    let folder = folder();
    prints(folder.path(), &["start", "heap"], 0);
    for args in [
        &["list"][..],
        &["hint", "heap"],
        &["--help"],
        &["check", "--help"],
        &["compare", "heap"],
    ] {
        for line in prints(folder.path(), args, 0).lines() {
            assert!(line.chars().count() <= 80, "{args:?}: {line}");
        }
    }
}

/// What the metadata names is there.
#[test]
fn each_lab_has_its_page_its_hints_and_its_wrong_solutions() {
    for entry in fs::read_dir(root().join("labs")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(folder.join("lab.json")) else {
            continue;
        };
        let lab: serde_json::Value = serde_json::from_str(&text).unwrap();
        for page in ["page", "chapter"] {
            let page = lab[page].as_str().unwrap();
            let file = root().join(format!("book/chapters/{page}.md"));
            assert!(file.exists(), "{}", file.display());
        }
        let page = lab["page"].as_str().unwrap();
        let chapter = lab["chapter"].as_str().unwrap();
        let chapter = root().join(format!("book/chapters/{chapter}.md"));
        let chapter = fs::read_to_string(chapter).unwrap();
        let link = format!("../{page}.md");
        assert!(chapter.contains(&link), "the chapter lacks a link to {page}");
        for stage in lab["stages"].as_array().unwrap() {
            assert!(!stage["hints"].as_array().unwrap().is_empty(), "{stage}");
        }
        let wrong = fs::read_dir(folder.join("wrong")).unwrap().count();
        assert!(wrong >= 6, "{}: {wrong} wrong ones", folder.display());
    }
}

#[test]
fn labs_complete_in_the_shell_and_the_manual_is_printed() {
    let folder = folder();
    let script = prints(folder.path(), &["completions", "bash"], 0);
    assert!(script.contains("cargo lab names"), "{script}");
    let page = prints(folder.path(), &["man"], 0);
    assert!(page.contains(".SH \"cargo-lab check\""), "{page}");
    let names = |typed: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_lab-run"))
            .args(["names", "--"])
            .args(typed)
            .output()
            .expect("lab-run runs");
        let names = String::from_utf8_lossy(&output.stdout).into_owned();
        names.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(names(&[]).contains(&"check".to_owned()));
    assert!(!names(&[]).contains(&"heap".to_owned()));
    let after = names(&["check"]);
    assert!(after.contains(&"heap".to_owned()), "{after:?}");
    assert!(after.contains(&"--watch".to_owned()), "{after:?}");
    assert!(!names(&["list"]).contains(&"heap".to_owned()));
}

/// A tree may be one that cannot be written.
#[test]
fn where_no_lab_can_be_made_another_place_is_proposed() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("it is writable");
    let said = prints(&file, &["start", "heap"], 2);
    assert!(said.contains("--folder names another place"), "{said}");
}
