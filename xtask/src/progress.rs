//! What is being done, how much is left, and for how long.

use indicatif::{ProgressBar, ProgressStyle};

/// Returns a bar of so many steps with a message; hidden if stderr is no
/// terminal.
pub(crate) fn bar(steps: u64) -> ProgressBar {
    let style = "{wide_bar} {pos} of {len}, {eta} left: {msg}";
    let style = ProgressStyle::with_template(style);
    ProgressBar::new(steps).with_style(style.expect("the template is valid"))
}
