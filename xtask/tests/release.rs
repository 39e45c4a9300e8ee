//! What a release packs is what `cargo binstall` asks for, and each crate that
//! is published has a name that is free.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use cargo_metadata::{MetadataCommand, Package};
use support::workspace::{files, root};

const INSTALLED: [&str; 2] = ["bench-compare", "coverage-merge"];

#[test]
fn each_archive_is_where_and_what_binstall_expects() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let installed: Vec<&Package> = metadata
        .workspace_packages()
        .into_iter()
        .filter(|it| INSTALLED.contains(&it.name.as_str()))
        .collect();
    assert_eq!(installed.len(), INSTALLED.len());
    let workflow = root().join(".github/workflows/release.yml");
    let workflow = fs::read_to_string(workflow).unwrap();
    let targets = workflow
        .lines()
        .filter_map(|line| line.split_once("target: ")?.1.strip_suffix(" }"));
    let mut tried = 0;
    for target in targets {
        let tree = tempfile::tempdir().unwrap();
        built(tree.path(), &installed, target);
        let version = format!("v{}", installed[0].version);
        let packed = pack(tree.path(), &version, target);
        assert!(packed.status.success(), "{packed:?}");
        for package in &installed {
            check(tree.path(), package, target);
        }
        tried += 1;
    }
    assert!(tried >= 3, "no targets in the workflow: {workflow}");
}

#[test]
fn a_tag_of_another_version_than_the_crates_is_refused() {
    let tree = tempfile::tempdir().unwrap();
    built(tree.path(), &[], "any");
    let packed = pack(tree.path(), "v99.0.0", "any");
    assert!(!packed.status.success());
    let said = String::from_utf8(packed.stderr).unwrap();
    assert!(said.contains("v99.0.0 is not the version"), "{said}");
}

#[test]
fn the_script_changes_the_names_of_packages_and_of_nothing_else() {
    let tree = tempfile::tempdir().unwrap();
    for file in files().unwrap() {
        let to = tree.path().join(&file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join(&file), to).unwrap();
    }
    let script = tree.path().join("ci/names.sh");
    let renamed = Command::new("bash").arg(script).output().unwrap();
    assert!(renamed.status.success(), "{renamed:?}");
    let published = |folder: &Path| -> BTreeMap<String, String> {
        let metadata = MetadataCommand::new()
            .current_dir(folder)
            .other_options(["--offline".to_owned()])
            .exec()
            .unwrap();
        let all = metadata.workspace_packages().into_iter();
        let all = all.filter(|it| it.publish.as_deref() != Some(&[]));
        all.map(|it| {
            let library = it.targets.iter().find(|it| it.is_lib()).unwrap();
            (library.name.clone(), it.name.to_string())
        })
        .collect()
    };
    let mut expected = published(&root());
    for library in ["support", "timer_heap"] {
        let name = expected.get_mut(library).unwrap();
        *name = format!("runtime-{name}");
    }
    assert_eq!(published(tree.path()), expected);
}

/// Makes a tree in which the commands are built.
fn built(tree: &Path, installed: &[&Package], target: &str) {
    let put = |path: &Path, text: &str| {
        let path = tree.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    for file in ["ci/pack.sh", "Cargo.toml"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        put(Path::new(file), &text);
    }
    for text in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
        put(Path::new(text), text);
    }
    for package in installed {
        let folder = package.manifest_path.parent().unwrap();
        let folder = folder.strip_prefix(root()).unwrap();
        put(folder.join("README.md").as_std_path(), "read me");
        for command in commands(package, target) {
            let path = Path::new("target/release").join(command);
            put(&path, "#!/bin/sh\necho \"$@\"\n");
        }
    }
}

fn pack(tree: &Path, version: &str, target: &str) -> Output {
    Command::new("bash")
        .arg(tree.join("ci/pack.sh"))
        .args([version, target])
        .output()
        .expect("there is bash")
}

/// Returns the names of the files that `package` installs.
fn commands(package: &Package, target: &str) -> Vec<String> {
    let end = if target.contains("windows") { ".exe" } else { "" };
    let commands = package.targets.iter().filter(|it| it.is_bin());
    commands.map(|it| format!("{}{end}", it.name)).collect()
}

fn check(tree: &Path, package: &Package, target: &str) {
    let expand = |template: &str| {
        let template = package.metadata["binstall"][template].as_str().unwrap();
        template
            .replace("{ name }", &package.name)
            .replace("{ version }", &package.version.to_string())
            .replace("{ target }", target)
    };
    let url = expand("pkg-url");
    let archive = url.rsplit('/').next().unwrap();
    let archive = tree.join("target/packed").join(archive);
    let list = Command::new("tar").arg("-tzf").arg(&archive).output().unwrap();
    assert!(list.status.success(), "{}: {list:?}", archive.display());
    let list = String::from_utf8(list.stdout).unwrap();
    let bin_dir = expand("bin-dir");
    for command in commands(package, target) {
        let path = bin_dir.replace("{ bin }{ binary-ext }", &command);
        assert!(list.lines().any(|it| it == path), "{path} in\n{list}");
    }
    let page = format!("{}.1", package.name);
    for text in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", &page] {
        assert!(list.contains(&format!("/{text}\n")), "{text} in\n{list}");
    }
}
