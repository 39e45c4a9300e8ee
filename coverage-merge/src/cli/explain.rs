//! `explain`: which inputs reach a line.

use clap::Args;
use coverage_merge::Profile;

use super::failure::Failure;
use super::inputs::Inputs;
use super::output::print;

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
        let mut out = String::new();
        let (mut known, mut hits) = (0, 0);
        for input in self.inputs.list()? {
            let profile = self.inputs.read_one(&input)?;
            let Some(count) = count(&profile, file, line) else {
                continue;
            };
            known += 1;
            if count > 0 {
                hits += 1;
                out += &format!("{}: {count}x\n", input.name());
            }
        }
        let place = &self.place;
        out += &match (known, hits) {
            (0, _) => format!("{place}: no input knows this line\n"),
            (_, 0) => format!("{place}: none of {known} inputs reaches it\n"),
            _ => format!("{place}: {hits} of {known} inputs reach it\n"),
        };
        print(out.as_bytes())
    }
}

/// Returns the count of a line; `None` if the profile does not know it.
fn count(profile: &Profile, file: &str, line: u32) -> Option<u64> {
    let end = format!("/{file}");
    let files = profile.lines();
    let meant = files
        .iter()
        .filter(|known| known.path == file || known.path.ends_with(&end));
    meant.filter_map(|file| file.count(line)).max()
}
