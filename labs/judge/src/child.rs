//! A process that may hang, crash or print without end.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::report::Verdict;

/// More than this nobody prints on purpose: about a hundred thousand lines.
const MOST_PRINTED: usize = 4 << 20;
/// What is kept of it for the reader.
const KEPT: usize = 16 << 10;
/// How often the judge looks whether the process has ended.
const LOOK: Duration = Duration::from_millis(2);
/// How long a pipe may stay open after the process has ended.
const PATIENCE: Duration = Duration::from_secs(1);

/// How a process ended, and what it printed.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Nothing, if it ended by itself with code 0; otherwise how it failed.
    pub failure: Option<Failure>,
    /// The beginning of its standard output.
    pub stdout: String,
    /// The beginning of its standard error.
    pub stderr: String,
}

/// How a process failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It ended by itself, with this code.
    Code(i32),
    /// It was still running after its time.
    Hang,
    /// It printed without end.
    TooMuchOutput,
    /// It used up its stack.
    StackOverflow,
    /// It could not get more memory.
    OutOfMemory,
    /// It was ended by the system, or by itself.
    Aborted,
}

impl Failure {
    /// Returns what is said of code that fails so.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Code(_) => Verdict::Panicked,
            Self::Hang => Verdict::Hang,
            Self::TooMuchOutput => Verdict::TooMuchOutput,
            Self::StackOverflow => Verdict::StackOverflow,
            Self::OutOfMemory => Verdict::OutOfMemory,
            Self::Aborted => Verdict::Aborted,
        }
    }
}

/// Runs a command until it has used `limit` of the processor's time, or has
/// done nothing for as long: on a machine that is busy a process is slow, and
/// does not hang.
///
/// # Errors
///
/// When it cannot be started.
pub fn run(mut command: Command, limit: Duration) -> io::Result<Ended> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let printed = Arc::new(AtomicUsize::new(0));
    let stdout = child.stdout.take().map(|pipe| Kept::of(pipe, &printed));
    let stderr = child.stderr.take().map(|pipe| Kept::of(pipe, &printed));
    let end = wait(&mut child, limit, &printed)?;
    let text = |kept: Option<Kept>| kept.map(Kept::text).unwrap_or_default();
    let (stdout, stderr) = (text(stdout), text(stderr));
    let failure = match end {
        Ok(status) if status.success() => None,
        Ok(status) => Some(named(status, &stderr)),
        Err(failure) => Some(failure),
    };
    Ok(Ended { failure, stdout, stderr })
}

/// The beginning of what comes through a pipe, while the rest is counted.
struct Kept {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Kept {
    fn of(
        mut pipe: impl Read + Send + 'static,
        printed: &Arc<AtomicUsize>,
    ) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (printed, kept) = (printed.clone(), bytes.clone());
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                let mut kept =
                    kept.lock().unwrap_or_else(PoisonError::into_inner);
                let room = KEPT.saturating_sub(kept.len()).min(read);
                kept.extend_from_slice(&buffer[..room]);
                printed.fetch_add(read, Ordering::Relaxed);
            }
        });
        Self { bytes, reader }
    }

    /// Returns what was kept, after the process has ended. A process that it
    /// left running may hold the pipe: that one is not waited for.
    fn text(self) -> String {
        let start = Instant::now();
        while !self.reader.is_finished() && start.elapsed() < PATIENCE {
            std::thread::sleep(LOOK);
        }
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Waits until the process has ended, or ends it.
fn wait(
    child: &mut Child,
    limit: Duration,
    printed: &AtomicUsize,
) -> io::Result<Result<ExitStatus, Failure>> {
    let mut busy = Duration::ZERO;
    let mut changed = Instant::now();
    loop {
        if printed.load(Ordering::Relaxed) > MOST_PRINTED {
            end(child)?;
            return Ok(Err(Failure::TooMuchOutput));
        }
        if let Some(status) = child.try_wait()? {
            return Ok(Ok(status));
        }
        let now = processor_time(child.id());
        if now > busy {
            (busy, changed) = (now, Instant::now());
        }
        if busy > limit || changed.elapsed() > limit {
            end(child)?;
            return Ok(Err(Failure::Hang));
        }
        std::thread::sleep(LOOK);
    }
}

/// Returns the processor's time that a process has used, as far as the system
/// tells; where it does not, the process seems to do nothing.
fn processor_time(process: u32) -> Duration {
    // proc_pid_stat(5): of the fields after the name, which ends with the last
    // bracket, 12 and 13 count the hundredths of a second in user code and in
    // the kernel.
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    let stat = stat.unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |it| it.1).split(' ');
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(10 * ticks)
}

fn end(child: &mut Child) -> io::Result<()> {
    // It may have ended meanwhile, which is as good.
    let _ = child.kill();
    child.wait().map(drop)
}

fn named(status: ExitStatus, stderr: &str) -> Failure {
    if stderr.contains("has overflowed its stack") {
        Failure::StackOverflow
    } else if stderr.contains("memory allocation of") {
        Failure::OutOfMemory
    } else {
        status.code().map_or(Failure::Aborted, Failure::Code)
    }
}
