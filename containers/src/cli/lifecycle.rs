//! Containers that have a name.

use std::time::Duration;

use clap::Args;
use containers::error::Error;
use containers::start::child::Signals;
use containers::state::Containers;

use super::options::{Asked, Program};
use super::output::print;

/// Make a container that waits for its start
#[derive(Args)]
pub(super) struct Create {
    /// Its name
    name: String,
    #[command(flatten)]
    asked: Asked,
}

/// Start the program of a container that was created
#[derive(Args)]
pub(super) struct Start {
    /// Its name
    name: String,
}

/// Ask a container's program to end, and end it if it does not
#[derive(Args)]
pub(super) struct Stop {
    /// Its name
    name: String,
    /// How many seconds it has
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    time: u64,
}

/// Run another program in a container that runs
#[derive(Args)]
pub(super) struct Exec {
    /// The container's name
    name: String,
    #[command(flatten)]
    program: Program,
}

/// List the containers of this user
#[derive(Args)]
pub(super) struct List {}

/// Print what a container that was created has printed
#[derive(Args)]
pub(super) struct Logs {
    /// Its name
    name: String,
}

/// Remove a container that has ended
#[derive(Args)]
pub(super) struct Rm {
    /// Its name
    name: String,
    /// End it before
    #[arg(long, short)]
    force: bool,
}

impl Create {
    pub(super) fn run(self) -> Result<u8, Error> {
        self.asked.drop_root()?;
        let container = self.asked.container()?;
        Containers::of_user()?.create(&self.name, &container)?;
        Ok(0)
    }
}

impl Start {
    pub(super) fn run(self) -> Result<u8, Error> {
        Containers::of_user()?.start(&self.name)?;
        Ok(0)
    }
}

impl Stop {
    pub(super) fn run(self) -> Result<u8, Error> {
        let patience = Duration::from_secs(self.time);
        Containers::of_user()?.stop(&self.name, patience)?;
        Ok(0)
    }
}

impl Exec {
    pub(super) fn run(self) -> Result<u8, Error> {
        let container = self.program.container("/")?;
        let containers = Containers::of_user()?;
        let signals = Signals::hold()?;
        containers.exec(&self.name, &container)?.wait_passing(&signals)
    }
}

impl List {
    pub(super) fn run(self) -> Result<u8, Error> {
        let mut text = format!(
            "{:<16}  {:<9}  {:>7}  {}\n",
            "NAME", "STATUS", "PID", "COMMAND"
        );
        for listed in Containers::of_user()?.list()? {
            let line = format!(
                "{:<16}  {:<9}  {:>7}  {}",
                listed.name,
                listed.status,
                listed.facts.pid,
                listed.facts.command
            );
            let line: String = line.chars().take(80).collect();
            text.push_str(&line);
            text.push('\n');
        }
        print(text.as_bytes())
    }
}

impl Logs {
    pub(super) fn run(self) -> Result<u8, Error> {
        print(&Containers::of_user()?.log(&self.name)?)
    }
}

impl Rm {
    pub(super) fn run(self) -> Result<u8, Error> {
        Containers::of_user()?.remove(&self.name, self.force)?;
        Ok(0)
    }
}
