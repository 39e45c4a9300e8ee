//! The same on this machine.
//!
//! The reader's code runs in a host that is thrown away: in namespaces of its
//! own, with a name, mounts and process numbers of its own, as a user without
//! any rights. Whatever it does to that host ends with it, and so does each
//! process that it leaves, because the kernel ends all of a PID namespace with
//! its first process.
//!
//! - `clone`: new processes.
//! - `process`: the reader's calls, made.
//! - `observer`: the program, which looks around.
//! - `facts`: what was seen, from inside and outside, and whether it is right.
//! - `sandbox`: the host that is thrown away.

mod clone;
mod facts;
mod observer;
mod process;
mod sandbox;

use std::time::Duration;

use facts::Facts;

use super::kernel::Container;
use super::stage::Stage;
use crate::report::Report;

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Right,
    Wrong(Report),
    /// This machine permits no such thing.
    Absent(String),
}

/// How long all of it may take, also on a machine that is busy; the judge
/// waits a little longer for a process that does nothing.
pub(super) const LIMIT: Duration = Duration::from_secs(8);

/// Has the reader's code start a container, and looks.
pub(super) fn judged<C: Container>(stage: Stage, limit: Duration) -> Outcome {
    let told = match sandbox::run::<C>(stage, limit) {
        Ok(told) => told,
        Err(why) => return Outcome::Absent(why),
    };
    let facts = Facts::read(&told);
    if let Some(why) = facts.absent() {
        return Outcome::Absent(why.to_owned());
    }
    match facts.judge(stage) {
        Ok(()) => Outcome::Right,
        Err(wrong) => Outcome::Wrong(facts.report(&wrong)),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::call::{Errno, Namespace, Pid};
    use super::super::kernel::{Kernel, Settings};
    use super::super::ours::Ours;
    use super::*;

    const ALL: [Namespace; 4] =
        [Namespace::User, Namespace::Pid, Namespace::Mount, Namespace::Uts];

    /// Asks for the name of the host itself.
    struct NamesHost;

    impl Container for NamesHost {
        fn start<K: Kernel>(kernel: &K, it: &Settings) -> Result<Pid, Errno> {
            kernel.set_hostname(it.hostname.as_deref().unwrap_or("lab"))?;
            Ours::start(kernel, it)
        }
    }

    /// Writes no maps.
    struct Nobody;

    impl Container for Nobody {
        fn start<K: Kernel>(kernel: &K, _: &Settings) -> Result<Pid, Errno> {
            kernel.new_process(&ALL, |kernel| {
                kernel.execute("program");
                1
            })
        }
    }

    /// Makes a namespace too few.
    struct Shares;

    impl Container for Shares {
        fn start<K: Kernel>(kernel: &K, it: &Settings) -> Result<Pid, Errno> {
            let it = it.clone();
            let gate = kernel.pipe()?;
            let child = kernel.new_process(&ALL[..3], move |kernel| {
                let _ = kernel.read(gate.reader);
                kernel.execute(&it.program);
                1
            })?;
            for (file, text) in [
                ("setgroups", "deny".to_owned()),
                ("gid_map", format!("0 {} 1", kernel.group())),
                ("uid_map", format!("0 {} 1", kernel.user())),
            ] {
                kernel.write_file(&format!("/proc/{child}/{file}"), &text)?;
            }
            kernel.write(gate.writer)?;
            Ok(child)
        }
    }

    /// Waits for itself, and leaves another process that does.
    struct Hangs;

    impl Container for Hangs {
        fn start<K: Kernel>(kernel: &K, _: &Settings) -> Result<Pid, Errno> {
            let gate = kernel.pipe()?;
            kernel.new_process(&ALL, move |kernel| {
                let _ = kernel.read(gate.reader);
                1
            })?;
            kernel.read(gate.reader)?;
            Err(Errno::CANCELED)
        }
    }

    struct Panics;

    impl Container for Panics {
        fn start<K: Kernel>(kernel: &K, _: &Settings) -> Result<Pid, Errno> {
            kernel.new_process(&ALL, |_| panic!("a reader's panic"))
        }
    }

    /// Prints what came of one, for the test below.
    fn print<C: Container>(stage: Stage, limit: Duration) {
        match judged::<C>(stage, limit) {
            Outcome::Right => println!("it is right"),
            Outcome::Wrong(report) => println!("{report}\n{:?}", report.lines),
            Outcome::Absent(why) => println!("absent: {why}"),
        }
        assert!(
            rustix::process::wait(rustix::process::WaitOptions::NOHANG)
                .is_err()
        );
    }

    /// A process of one thread may be copied, and this one has several.
    #[test]
    #[ignore = "run by the test below, in a process of its own"]
    fn one_container() {
        match std::env::var("CONTAINER").as_deref() {
            Ok("ours") => print::<Ours>(Stage::Init, LIMIT),
            Ok("names-host") => print::<NamesHost>(Stage::Name, LIMIT),
            Ok("nobody") => print::<Nobody>(Stage::Maps, LIMIT),
            Ok("shares") => print::<Shares>(Stage::Maps, LIMIT),
            // It hangs, however long one waits.
            Ok("hangs") => print::<Hangs>(Stage::Maps, LIMIT / 20),
            Ok("panics") => print::<Panics>(Stage::Maps, LIMIT),
            other => panic!("{other:?}"),
        }
    }

    fn said(container: &str) -> String {
        let name = "container::real::tests::one_container";
        let output = Command::new(std::env::current_exe().unwrap())
            .args([name, "--exact", "--ignored", "--nocapture"])
            .arg("--test-threads=1")
            .env("CONTAINER", container)
            .output()
            .expect("it can be run");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{container}: {said}");
        said
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri makes no processes")]
    fn what_is_wrong_for_real_is_said_and_the_host_stays_as_it_was() {
        let host = || {
            let mounts = std::fs::read_to_string("/proc/self/mountinfo");
            (observer::hostname(), mounts.unwrap_or_default())
        };
        let before = host();
        let ours = said("ours");
        if let Some((_, why)) = ours.split_once("absent: ") {
            println!("NOT TESTED: {}", why.lines().next().unwrap_or_default());
            return;
        }
        assert!(ours.contains("it is right"), "{ours}");
        for (container, says) in [
            ("names-host", "start returned EPERM"),
            ("nobody", "user: 65534"),
            ("shares", "has the uts namespace of the host"),
            ("hangs", "it did not end"),
            ("panics", "a reader's panic"),
        ] {
            let said = said(container);
            assert!(said.contains(says), "{container}: {said}");
        }
        assert_eq!(host(), before);
    }
}
