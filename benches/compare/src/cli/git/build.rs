//! Building the benchmarks of a tree, by cargo.

use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};

use bench_compare::Error;
use bench_compare::interleave::Binary;
use cargo_metadata::{Message, TargetKind};

use crate::cli::output::say;

/// Builds the benchmarks of a tree; cargo shows its progress.
pub(super) fn build(
    name: &str,
    tree: &Path,
    target: &Path,
    cargo_args: &[String],
) -> Result<Vec<Binary>, Error> {
    let mut command = Command::new("cargo");
    command
        .args(["bench", "--no-run"])
        .arg("--message-format=json-render-diagnostics")
        .args(cargo_args)
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::piped());
    own_toolchain(&mut command);
    let mut child = command
        .spawn()
        .map_err(|error| Error::io(Path::new("cargo"), error))?;
    let output = child.stdout.take().expect("it is piped");
    let messages = Message::parse_stream(BufReader::new(output));
    let found = messages.filter_map(binary).collect::<Vec<_>>();
    let built = child.wait().is_ok_and(|status| status.success());
    if !built {
        return Err(Error::usage(&format!("`{name}` does not build")));
    }
    let (others, binaries): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(_, binary)| binary.is_of_libtest());
    let chosen: Vec<_> =
        binaries.iter().map(|(name, _)| format!("--bench {name}")).collect();
    let choice = match &chosen[..] {
        [] => String::new(),
        chosen => format!(" (to choose others: `-- {}`)", chosen.join(" ")),
    };
    for (target, _) in &others {
        say(format_args!(
            "note: the bench target `{target}` of `{name}` is left out: \
             libtest's harness saves no baselines{choice}"
        ));
    }
    if binaries.is_empty() {
        return Err(Error::usage(&format!(
            "`{name}` has no bench target that saves baselines"
        )));
    }
    Ok(binaries.into_iter().map(|(_, binary)| binary).collect())
}

/// Lets a tree choose its toolchain: where cargo runs us, its own is set.
pub(super) fn own_toolchain(command: &mut Command) {
    if std::env::var_os("CARGO").is_some() {
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
}

/// Returns a bench target's name and program.
fn binary(message: std::io::Result<Message>) -> Option<(String, Binary)> {
    let Message::CompilerArtifact(artifact) = message.ok()? else {
        return None;
    };
    let is_bench = artifact.target.kind.contains(&TargetKind::Bench);
    let path = artifact.executable.filter(|_| is_bench)?;
    let manifest = artifact.manifest_path.parent()?;
    let directory = manifest.as_std_path().to_owned();
    let path = path.into_std_path_buf();
    Some((artifact.target.name, Binary { path, directory }))
}
