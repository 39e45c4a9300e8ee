//! Which compiler built a tree.
//!
//! A file of the commit may choose one, and so may an override of rustup for
//! the folder of the work tree, which no other tree has.

use std::path::Path;
use std::process::Command;

use super::build::own_toolchain;
use crate::cli::output::say;

/// Says so where the sides were built by different compilers.
pub(super) fn compare([old, new]: [(&str, &Path); 2]) {
    let [of_old, of_new] = [old, new].map(|(_, folder)| version(folder));
    if of_old == of_new {
        return;
    }
    if let (Some(of_old), Some(of_new)) = (of_old, of_new) {
        say(format_args!(
            "note: {} is built by {of_old}, {} by {of_new}: what differs may \
             be the compiler",
            old.0, new.0
        ));
    }
}

fn version(folder: &Path) -> Option<String> {
    let mut command = Command::new("rustc");
    command.arg("-V").current_dir(folder);
    own_toolchain(&mut command);
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}
