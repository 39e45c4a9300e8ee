//! The Go that the chapters show compiles, and does what they say.

mod sources;

use std::path::Path;
use std::process::Command;

use sources::go::{CURRENT, go_root};

/// The Go that the chapters include compiles and does what it says.
#[test]
fn the_go_of_the_chapters_passes_its_tests() {
    let folder = sources::root().join("book/go");
    let test = |program: &str| {
        let mut go = Command::new("go");
        go.args([program, "./..."]).current_dir(&folder);
        go.env("GOTOOLCHAIN", "local").output()
    };
    for program in ["vet", "test"] {
        let Ok(output) = test(program) else {
            eprintln!("NOT TESTED: Go is not on the PATH");
            return;
        };
        assert!(output.status.success(), "{output:?}");
    }
}

/// The defer statements of the chapters with the kinds that their comments
/// claim: `./FILE:LINE: KIND`.
fn claimed_defers(folder: &Path) -> Vec<String> {
    let mut claims = Vec::new();
    for (path, text) in sources::files(folder, "go") {
        let name = path.file_name().expect("a file has a name");
        for (number, line) in text.lines().enumerate() {
            let is_defer = line.trim_start().starts_with("defer ");
            if let (true, Some((_, kind))) = (is_defer, line.split_once("// "))
            {
                let place = format!("./{}:{}", name.display(), number + 1);
                claims.push(format!("{place}: {kind}"));
            }
        }
    }
    claims
}

/// What `-d=defer` has the compiler say of each: `./FILE:LINE:COLUMN: KIND
/// defer`, here without the column.
fn compiled_defers(folder: &Path) -> Vec<String> {
    let output = Command::new("go")
        .args(["build", "-gcflags=-d=defer", "./..."])
        .current_dir(folder)
        .env("GOTOOLCHAIN", "local")
        .output()
        .expect("it was there a moment ago");
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("Go prints text");
    let kinds = said.lines().filter_map(|line| {
        let (place, kind) = line.strip_suffix(" defer")?.rsplit_once(": ")?;
        let (place, _column) = place.rsplit_once(':')?;
        Some(format!("{place}: {kind}"))
    });
    kinds.collect()
}

#[test]
fn a_defer_is_of_the_kind_that_its_comment_says() {
    if go_root().is_none() {
        eprintln!("NOT TESTED: Go {CURRENT} is not on the PATH");
        return;
    }
    let folder = sources::root().join("book/go");
    let (claims, compiled) =
        (claimed_defers(&folder), compiled_defers(&folder));
    assert!(claims.len() >= 7, "{claims:#?}");
    for claim in claims {
        assert!(compiled.contains(&claim), "{claim} is not in {compiled:#?}");
    }
}
