//! A command and all that it starts, which end together.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// How often a command is looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// A command that runs, with what it has started.
pub(super) struct Running(Child);

impl Running {
    /// Starts a command in a process group of its own.
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        command.spawn().map(Self)
    }

    /// Waits for the end. Returns nothing, and kills them all, once it is
    /// later than `limit` or `stopped` says so.
    pub(super) fn wait(
        mut self,
        limit: Instant,
        stopped: impl Fn() -> bool,
    ) -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(Some(status));
            }
            if stopped() || Instant::now() > limit {
                self.kill()?;
                return Ok(None);
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn kill(&mut self) -> io::Result<()> {
        #[cfg(unix)]
        rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::KILL,
        )?;
        #[cfg(not(unix))]
        self.0.kill()?;
        self.0.wait().map(drop)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;
    use std::process::Stdio;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        command
    }

    fn far() -> Instant {
        Instant::now() + Duration::from_mins(5)
    }

    #[test]
    fn a_command_that_ends_says_how() {
        let run = |script| {
            let running = Running::start(&mut shell(script)).unwrap();
            running.wait(far(), || false).unwrap()
        };
        assert!(run("true").is_some_and(|status| status.success()));
        assert_eq!(run("exit 3").and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn what_a_command_has_started_ends_with_it() {
        for limit in [Instant::now(), far()] {
            let mut running =
                Running::start(&mut shell("sleep 1000 & sleep 1000")).unwrap();
            let mut stdout = running.0.stdout.take().unwrap();
            let ended = running.wait(limit, || limit > Instant::now()).unwrap();
            assert_eq!(ended, None);
            // The pipe ends only with the last of those that can write to it.
            stdout.read_to_end(&mut Vec::new()).unwrap();
        }
    }
}
