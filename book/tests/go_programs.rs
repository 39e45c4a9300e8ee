//! The Go that the chapters show compiles, and does what they say.

mod sources;

use std::path::{Path, PathBuf};
use std::process::Command;

use sources::go;

/// The Go that the chapters include compiles and does what it says.
#[test]
fn the_go_of_the_chapters_passes_its_tests() {
    let folder = sources::root().join("book/go");
    if go::at_least(&module_version(&folder)).is_none() {
        return;
    }
    for program in ["vet", "test"] {
        let mut go = Command::new("go");
        go.args([program, "./..."]).current_dir(&folder);
        let output = go.env("GOTOOLCHAIN", "local").output();
        let output = output.expect("it was there a moment ago");
        assert!(output.status.success(), "{output:?}");
    }
}

/// Returns the version that `go.mod` asks for: an older Go may not know the
/// flags or the rules of the language.
fn module_version(folder: &Path) -> String {
    let module = std::fs::read_to_string(folder.join("go.mod"));
    let module = module.expect("the folder is a module");
    let version = module.lines().find_map(|line| line.strip_prefix("go "));
    version.expect("it names its version").to_owned()
}

/// Returns the defer statements of the chapters with the kinds that their
/// comments claim: `./FILE:LINE: KIND`.
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

/// Returns what `-d=defer` has the compiler say of each: `./FILE:LINE:COLUMN:
/// KIND defer`, here without the column.
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
    if go::current().is_none() {
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

#[test]
fn another_go_is_said_and_not_used() {
    let root = PathBuf::from("/go");
    let found = |name: &str| Some((name.to_owned(), root.clone()));
    let usable = |found| go::usable(found, |version| version >= (1, 22));
    for enough in ["go1.22", "go1.27.3", "go1.30rc1", "go2.0"] {
        assert_eq!(usable(found(enough)), Ok(root.clone()));
    }
    for not in ["go1.19.8", "go1.2", "devel +1a2b"] {
        assert_eq!(usable(found(not)), Err(format!("{not} is there")));
    }
    assert_eq!(usable(None), Err("none is there".to_owned()));
}
