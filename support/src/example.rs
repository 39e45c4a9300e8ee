//! An example of a package, built from within a test.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds an example with optimisation, and returns the path of its program.
///
/// # Panics
///
/// When it does not build.
pub fn build(package: &str, example: &str) -> PathBuf {
    built(&["--release", "-p", package], example, "release")
}

/// Builds an example as `cargo test --workspace` builds, so that most is built
/// already, and returns the path of its program.
///
/// # Panics
///
/// When it does not build.
pub fn build_for_test(example: &str) -> PathBuf {
    built(&["--workspace"], example, "debug")
}

fn built(options: &[&str], example: &str, folder: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").expect("cargo runs the test");
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--example", example]).args(options);
    let profiles = where_this_test_is(&mut command);
    let status = command
        // Without a sanitizer and for any processor, whatever the test itself
        // was built with. Empty, it outdoes a configuration as well.
        .env("CARGO_ENCODED_RUSTFLAGS", "")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the example does not build");
    let program = format!("{example}{}", std::env::consts::EXE_SUFFIX);
    profiles.join(folder).join("examples").join(program)
}

/// Lets a cargo command build where this test was built, and for the same
/// machine. Returns the folder in which those of the profiles are.
///
/// # Panics
///
/// When the program that calls it is not one that cargo has built.
pub fn where_this_test_is(command: &mut Command) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profiles = test.ancestors().nth(3).expect("debug/deps/test");
    let (target, machine) = apart(profiles);
    command.arg("--target-dir").arg(target);
    if let Some(machine) = machine {
        command.arg("--target").arg(machine);
    } else {
        command.env_remove("CARGO_BUILD_TARGET");
    }
    profiles.to_owned()
}

/// Takes the folder of the profiles apart: into cargo's target folder, and the
/// name of a machine, if one was asked for by `--target` or by `build.target`
/// of a configuration.
fn apart(profiles: &Path) -> (&Path, Option<&Path>) {
    match (profiles.parent(), profiles.file_name()) {
        // Cargo marks what it makes, often the folder of the machine as well.
        (Some(target), Some(name))
            if target.join("CACHEDIR.TAG").exists() && is_machine(name) =>
        {
            (target, Some(Path::new(name)))
        }
        _ => (profiles, None),
    }
}

/// Returns whether the compiler knows a machine of that name.
fn is_machine(name: &OsStr) -> bool {
    let compiler = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let mut list = Command::new(compiler);
    list.args(["--print", "target-list"]);
    let names = list.output().expect("there is a compiler").stdout;
    String::from_utf8_lossy(&names).lines().any(|it| name == it)
}

#[cfg(all(test, feature = "files"))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "asks the compiler")]
    fn the_folder_of_a_machine_is_told_from_cargos_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path();
        let machine = target.join("x86_64-unknown-linux-gnu");
        fs::create_dir_all(&machine).expect("it is writable");
        let own = target.join("own");
        // Where cargo has marked nothing, the folder is taken as it is.
        assert_eq!(apart(&machine), (machine.as_path(), None));
        let mark = |it: &Path| fs::write(it.join("CACHEDIR.TAG"), "");
        for folder in [target, &machine] {
            mark(folder).expect("it is writable");
            assert_eq!(apart(target), (target, None));
            assert_eq!(apart(&own), (own.as_path(), None));
            let name = Path::new("x86_64-unknown-linux-gnu");
            assert_eq!(apart(&machine), (target, Some(name)));
        }
    }
}
