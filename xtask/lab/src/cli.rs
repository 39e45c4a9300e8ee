//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use support::completions::ForShell;
use support::workspace::root;

/// Build it yourself, and be judged
///
/// A lab is a piece of this workspace that you write yourself, in stages. The
/// judge says whether it is right, counts what it does, models its threads,
/// and compares it with ours. Your code stays in my-labs/, which git ignores,
/// and nothing is sent anywhere.
///
/// The exit code of check is 0 if every stage passed, 1 if one did not, and 2
/// if something could not be run.
#[derive(Parser)]
#[command(name = "cargo-lab", bin_name = "cargo lab")]
#[command(after_help = EXAMPLES, max_term_width = 80)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Where your labs are, instead of my-labs
    #[arg(long, global = true, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the labs: chapter, where you are, best score
    List,
    /// Copy the starter of a lab to my-labs/LAB
    Start {
        /// Which one: see cargo lab list
        lab: String,
    },
    /// Judge your code, stage by stage, up to the first that does not pass
    Check {
        /// Which lab
        lab: String,

        /// Judge again at each save, until you press Ctrl-C
        #[arg(long, conflicts_with = "json")]
        watch: bool,

        /// Print the report as JSON, for teachers
        #[arg(long)]
        json: bool,
    },
    /// Say a little more about the stage you are at; one more each time
    Hint {
        /// Which lab
        lab: String,
    },
    /// Show how your code differs from ours
    Compare {
        /// Which lab
        lab: String,
    },
    /// Print our code of the first stages, or of all
    Solution {
        /// Which lab
        lab: String,

        /// How many stages
        stages: Option<usize>,
    },
    /// Begin anew; what you wrote is kept beside it
    Reset {
        /// Which lab
        lab: String,
    },
    #[command(flatten)]
    ForShell(ForShell),
}

impl Cli {
    /// Returns where the reader's labs are.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| root().join("my-labs"))
    }
}

const EXAMPLES: &str = "\
Examples:
  cargo lab list
  cargo lab start heap          copy the starter to my-labs/heap
  cargo lab check heap          judge it
  cargo lab check heap --watch  judge it again at each save
  cargo lab hint heap
  cargo lab compare heap        your code and ours";
