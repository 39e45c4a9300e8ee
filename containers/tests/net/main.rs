//! Containers of one user reach each other, and nothing stays behind.
//!
//! A program of its own, because the harness runs tests in threads, and a
//! process with threads cannot change its user namespace. As root it goes on
//! as the user 65534. Where user namespaces are not allowed it says so, and
//! fails if `UNC_REQUIRE_NAMESPACES` is 1.
//!
//! `cargo test -p containers --test net -- --ignored` does again and again what
//! is done a few times else, and links a thousand containers.
//! `cargo test -p containers --test net -- --measure` prints how long a
//! container waits for its network.

mod container;
mod field;
mod measure;
mod refusals;
mod residue;
mod talk;
mod users;

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, ExitStatus};

use containers::net::holder;

use users::NOBODY;

/// A test, by its name.
type Test = (&'static str, fn());

const TESTS: [Test; 15] = [
    ("two_containers_talk", talk::two_containers_talk),
    ("a_container_pings", talk::a_container_pings),
    ("an_address_is_the_lowest_free", talk::an_address_is_the_lowest_free),
    ("one_holder_for_64_starters", residue::one_holder_for_64_starters),
    ("starters_that_are_killed", residue::starters_that_are_killed),
    (
        "a_holder_that_ends_while_others_come",
        residue::a_holder_that_ends_while_others_come,
    ),
    ("no_link_is_left", residue::no_link_is_left),
    ("a_client_killed_at_each_step", residue::a_client_killed_at_each_step),
    ("a_holder_that_is_killed", residue::a_holder_that_is_killed),
    (
        "a_holder_whose_directory_is_deleted",
        residue::a_holder_whose_directory_is_deleted,
    ),
    ("a_holder_keeps_nothing_open", residue::a_holder_keeps_nothing_open),
    ("the_table_is_full", refusals::the_table_is_full),
    ("what_is_no_container", refusals::what_is_no_container),
    ("strangers_bytes", refusals::strangers_bytes),
    ("the_kernel_explains", refusals::the_kernel_explains),
];

/// The variable that says that root has started this process.
const AS_NOBODY: &str = "TEST_AS_NOBODY";

fn main() -> ExitCode {
    if holder::is_asked() {
        return match holder::main() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some((role, arguments)) = arguments.split_first()
        && play(role, arguments)
    {
        return ExitCode::SUCCESS;
    }
    if rustix::process::geteuid().is_root() {
        return match as_nobody(&arguments) {
            Ok(ended) if !ended.success() => ExitCode::FAILURE,
            Ok(_) => {
                if arguments.is_empty() && container::not_allowed().is_none() {
                    users::refuse_each_other();
                }
                ExitCode::SUCCESS
            }
            Err(error) => skipped(&format!("root cannot be {NOBODY}: {error}")),
        };
    }
    if arguments.iter().any(|it| it == "--list") {
        TESTS.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    if let Some(why) = container::not_allowed() {
        return skipped(&why);
    }
    if arguments.iter().any(|it| it == "--measure") {
        measure::print();
        return ExitCode::SUCCESS;
    }
    let is_long = arguments.iter().any(|it| it == "--ignored");
    let _watched = (!is_long).then(support::watchdog::watch);
    for (name, test) in TESTS.iter().filter(|it| is_wanted(it, &arguments)) {
        test();
        println!("test {name} ... ok");
    }
    if arguments.is_empty() && env::var_os(AS_NOBODY).is_none() {
        println!("SKIPPED: two users refuse each other: only root is both");
    }
    ExitCode::SUCCESS
}

/// Plays a part of a test, if it is one, for which this program is executed
/// anew.
fn play(role: &str, arguments: &[String]) -> bool {
    match (role, arguments) {
        ("container", [directory]) => container::serve(directory, None),
        ("container", [directory, step]) => {
            let step = step.parse().expect("a step");
            container::serve(directory, Some(step));
        }
        ("look", [directory, names]) => container::look(directory, names),
        ("explain", [_]) => refusals::explain(),
        ("fill", [directory]) => refusals::fill(directory),
        ("strangers", [directory]) => refusals::strangers(directory),
        _ => return false,
    }
    true
}

/// Goes on as a user without rights.
fn as_nobody(arguments: &[String]) -> io::Result<ExitStatus> {
    let mut program = Command::new("/proc/self/exe");
    program.args(arguments).uid(NOBODY).gid(NOBODY).current_dir("/");
    program.env_remove("XDG_RUNTIME_DIR").env(AS_NOBODY, "1");
    program.status()
}

fn skipped(why: &str) -> ExitCode {
    println!("SKIPPED: {} tests of the network: {why}", TESTS.len());
    let demanded = env::var("UNC_REQUIRE_NAMESPACES");
    match demanded.as_deref() {
        Ok("1") => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// Understands `NAME`, `--exact` and `--skip NAME`, as the harness does.
fn is_wanted((name, _): &Test, arguments: &[String]) -> bool {
    let is_exact = arguments.iter().any(|it| it == "--exact");
    let names =
        |it: &str| if is_exact { *name == it } else { name.contains(it) };
    let mut filters = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--skip" if arguments.next().is_some_and(|it| names(it)) => {
                return false;
            }
            it if !it.starts_with("--") => filters.push(it),
            _ => {}
        }
    }
    filters.is_empty() || filters.into_iter().any(names)
}
