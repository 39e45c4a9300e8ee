//! `explain`: which inputs reach a line.

use clap::Args;
use coverage_merge::{Reached, explain};
use support::visible::visible;

use super::colour::{BAD, GOOD, painted};
use super::destination::print_coloured;
use super::failure::Failure;
use super::inputs::Inputs;

/// Say which inputs reach a line, and how often
#[derive(Args)]
pub(crate) struct Explain {
    /// The line; a path may be the end of the profile's path
    #[arg(value_name = "FILE:LINE")]
    place: String,

    #[command(flatten)]
    inputs: Inputs,
}

impl Explain {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let place = self.place.rsplit_once(':');
        let place = place
            .and_then(|(file, line)| Some((file, line.parse::<u32>().ok()?)));
        let Some((file, line)) = place else {
            return Err(Failure::usage(format!(
                "{:?}: expected FILE:LINE, as in strings/builder.go:42",
                self.place
            )));
        };
        let mut inputs = Vec::new();
        for input in self.inputs.list()? {
            inputs.push((input.name(), self.inputs.read_one(&input)?));
        }
        let tree = self.inputs.source_tree()?;
        let known = explain(&inputs, file, line, tree.as_ref())?;
        let mut out = String::new();
        let hits = known.iter().filter(|reached| reached.count > 0);
        for Reached { input, count } in hits.clone() {
            let times = painted(GOOD, format_args!("{count}x"));
            out += &format!("{}: {times}\n", visible(input));
        }
        let (place, known) = (&self.place, known.len());
        out += &match (known, hits.count()) {
            (0, _) => format!("{place}: no input knows this line\n"),
            (_, 0) => {
                let none = painted(BAD, format_args!("none of {known}"));
                format!("{place}: {none} inputs reaches it\n")
            }
            (_, hits) => {
                format!("{place}: {hits} of {known} inputs reach it\n")
            }
        };
        print_coloured(&out)
    }
}
