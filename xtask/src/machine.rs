//! Where and with what a run was measured.

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use crate::workspace::root;

/// Returns the processor's name and the number of its threads.
pub(crate) fn machine() -> String {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let plural = if threads == 1 { "thread" } else { "threads" };
    let system = std::env::consts::OS;
    format!("{}, {threads} {plural}, {system}", processor())
}

fn processor() -> String {
    from_proc()
        .or_else(|| output("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn from_proc() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Returns the commit checked out, with `-dirty` when what is measured differs
/// from it; earlier records and the text around them are not measured.
pub(crate) fn commit() -> String {
    let head = output("git", &["rev-parse", "--short", "HEAD"]);
    let head = head.unwrap_or_else(|| "unknown".to_owned());
    let measured = [":!*.md", ":!benches/records", ":!book", ":!xtask"];
    let status = ["status", "--porcelain", "--", "."];
    match output("git", &[&status[..], &measured].concat()) {
        Some(_changes) => format!("{head}-dirty"),
        None => head,
    }
}

/// Returns the compiler and its version, and the user's flags for it.
pub(crate) fn compiler() -> String {
    let version = output("rustc", &["--version"]);
    let version = version.unwrap_or_else(|| "unknown compiler".to_owned());
    // Without the commit and the date in brackets.
    let short = version.split(" (").next();
    let short = short.unwrap_or(&version);
    let names =
        ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];
    // The first that is set counts.
    let flags = names.iter().find_map(|name| std::env::var(name).ok());
    with_flags(short, &flags.unwrap_or_default())
}

fn with_flags(compiler: &str, flags: &str) -> String {
    // Cargo's own form has a control character between two.
    let flags = flags.replace('\x1f', " ");
    match flags.trim() {
        "" => compiler.to_owned(),
        flags => format!("{compiler} with {flags}"),
    }
}

/// Returns the day in UTC: `2026-05-04`.
pub(crate) fn date() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now());
    let now = now.to_string();
    let day = now.split('T').next();
    day.unwrap_or(&now).to_owned()
}

fn output(program: &str, args: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(args).current_dir(root()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_the_users_stand_with_the_compiler() {
        assert_eq!(with_flags("rustc 1.95.0", ""), "rustc 1.95.0");
        let flags = "-C\u{1f}target-cpu=native";
        let expected = "rustc 1.95.0 with -C target-cpu=native";
        assert_eq!(with_flags("rustc 1.95.0", flags), expected);
    }
}
