//! The README's recipe for Bazel, called as Bazel's `collect_coverage.sh`
//! calls its merger.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The recipe, as a program in `folder`.
fn recipe(folder: &Path) -> PathBuf {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("the README is committed");
    let (_, rest) = readme.split_once("```sh\n#!/bin/sh\n").expect("a recipe");
    let (script, _) = rest.split_once("```").expect("it ends");
    let path = folder.join("merge.sh");
    fs::write(&path, script).expect("writable");
    path
}

/// Runs the recipe; answers what it wrote.
fn run(folder: &Path, arguments: &[String]) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_coverage-merge"));
    let programs = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").expect("there is a PATH");
    let output = Command::new("sh")
        .arg(recipe(folder))
        .args(arguments)
        .env("PATH", format!("{programs}:{path}"))
        .output()
        .expect("there is a shell");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(output.stdout.is_empty());
    let written = folder.join("coverage.dat");
    fs::read_to_string(written).expect("Bazel wants its output")
}

/// What `collect_coverage.sh` hands over, in its order.
fn arguments(folder: &Path) -> Vec<String> {
    let folder = folder.display();
    vec![
        format!("--coverage_dir={folder}/coverage"),
        format!("--output_file={folder}/coverage.dat"),
        "--filter_sources=/usr/bin/.+".to_owned(),
        "--filter_sources=/usr/lib/.+".to_owned(),
        "--filter_sources=/usr/include.+".to_owned(),
        "--filter_sources=.*external/.+".to_owned(),
        format!("--source_file_manifest={folder}/manifest.txt"),
    ]
}

fn test_run() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("writable");
    };
    fs::create_dir(folder.path().join("coverage")).expect("made");
    write("manifest.txt", "app/main.cc\napp/with space.cc\n");
    write("coverage/_cc_coverage.dat", &tracefile("app/main.cc", 1));
    write("coverage/shard/2.dat", &tracefile("app/main.cc", 2));
    write("coverage/3.dat", &tracefile("app/with space.cc", 0));
    write("coverage/4.dat", &tracefile("/usr/include/stdio.h", 9));
    write("coverage/0-1.profraw", "not a profile");
    folder
}

fn tracefile(path: &str, hits: u64) -> String {
    let covered = u64::from(hits > 0);
    format!("SF:{path}\nDA:3,{hits}\nLF:1\nLH:{covered}\nend_of_record\n")
}

#[test]
fn it_merges_the_reports_of_a_test() {
    let folder = test_run();
    let written = run(folder.path(), &arguments(folder.path()));
    let expected = ["app/main.cc", "app/with space.cc"];
    let files = written.lines().filter_map(|line| line.strip_prefix("SF:"));
    assert_eq!(files.collect::<Vec<_>>(), expected);
    assert!(written.contains("SF:app/main.cc\nDA:3,3\n"), "{written}");
}

#[test]
fn a_test_without_coverage_has_an_empty_report() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("coverage")).expect("made");
    fs::write(folder.path().join("manifest.txt"), "a.cc\n").expect("writable");
    assert_eq!(run(folder.path(), &arguments(folder.path())), "");
}

#[test]
fn it_makes_the_combined_report() {
    let folder = test_run();
    let path = folder.path().display();
    let reports = format!("{path}/coverage/3.dat\n{path}/coverage/4.dat\n");
    let list = folder.path().join("reports.txt");
    fs::write(&list, reports).expect("writable");
    let arguments = [
        format!("--reports_file={}", list.display()),
        format!("--output_file={path}/coverage.dat"),
    ];
    let written = run(folder.path(), &arguments);
    assert!(written.contains("SF:/usr/include/stdio.h\n"), "{written}");
    assert!(written.contains("SF:app/with space.cc\n"), "{written}");
}
