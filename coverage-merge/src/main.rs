//! The command `coverage-merge`.

use std::fs::Permissions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use coverage_merge::{Error, Profile};

/// Merges Go coverage profiles: each block once, its counts added.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// Profiles, as written by go test -coverprofile; - is standard input.
    #[arg(required = true)]
    profiles: Vec<PathBuf>,

    /// Where to write the union; - is standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  coverage-merge unit.out integration.out -o all.out
  cat shard-1.out | coverage-merge - shard-2.out | go tool cover -func=/dev/stdin

Exit codes: 0 fine, 2 bad usage, bad input or unwritable output.";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let profile =
        read(&arguments.profiles).map_err(|error| error.to_string())?;
    write(&profile, &arguments.output)
        .map_err(|error| format!("{}: {error}", arguments.output.display()))
}

fn read(paths: &[PathBuf]) -> Result<Profile, Error> {
    let mut union = Profile::new();
    for path in paths {
        if path.as_os_str() == "-" {
            union.read(io::stdin().lock(), "standard input")?;
        } else {
            union.read_file(path)?;
        }
    }
    Ok(union)
}

/// Writes all of it, or nothing: to a temporary file, renamed at the end.
fn write(profile: &Profile, output: &Path) -> io::Result<()> {
    if output.as_os_str() == "-" {
        return match profile.write(io::stdout().lock()) {
            // The reader has seen enough, as in `| head`.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        };
    }
    let folder = match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    let mut file = permissions(&mut builder).tempfile_in(folder)?;
    profile.write(&mut file)?;
    file.flush()?;
    file.persist(output).map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file is private, a profile is as the umask says.
fn permissions<'a, 'p, 's>(
    builder: &'a mut tempfile::Builder<'p, 's>,
) -> &'a mut tempfile::Builder<'p, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666))
    }
    #[cfg(not(unix))]
    builder
}
