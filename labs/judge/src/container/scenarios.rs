//! What is started in the model, and in which orders.

use std::fs;

use fastrand::Rng;

use super::call::Status;
use super::kernel::Container;
use super::machine::Machine;
use super::mounts::ROOT;
use super::process::{Run, run};
use super::processes::Event;
use super::stage::{CODE, Stage};
use super::truth::judge;
use super::turns::Order;
use super::users::Caller;
use crate::columns::drawn;
use crate::report::{Count, Report, Verdict};
use crate::sequence::TRACE;

/// How many orders of the processes' calls chance chooses.
const ORDERS: u64 = 60;

/// One way in which a start may go.
#[derive(Clone, Debug)]
struct Scenario {
    told: &'static str,
    caller: Caller,
    refused: Option<&'static str>,
    script: Vec<Event>,
    /// How the container must end; nothing if it cannot be started.
    code: Option<u8>,
}

fn scenario(told: &'static str) -> Scenario {
    Scenario {
        told,
        caller: Caller::ANN,
        refused: None,
        script: vec![Event::End(Status::Exited(CODE.into()))],
        code: Some(CODE),
    }
}

impl Scenario {
    fn of(stage: Stage) -> Vec<Self> {
        let ordinary = scenario("an ordinary user starts it");
        let root = Self {
            caller: Caller::ROOT,
            ..scenario("the host's root starts it")
        };
        let refused = Self {
            refused: Some("uid_map"),
            code: None,
            ..scenario("the kernel refuses the map of users")
        };
        let mut all = match stage {
            // What is done to the host shows first if root does it.
            Stage::Name => vec![root, ordinary, refused],
            _ => vec![ordinary, root, refused],
        };
        if stage == Stage::Init {
            let end = Event::End(Status::Exited(CODE.into()));
            all.insert(
                0,
                Self {
                    script: orphans(3, end),
                    ..scenario("the program leaves three orphans")
                },
            );
            all.push(Self {
                script: vec![Event::End(Status::Killed(9))],
                code: Some(128 + 9),
                ..scenario("the program is killed by signal 9")
            });
        }
        all
    }
}

/// A program that leaves orphans, which end at once, and then ends.
fn orphans(count: usize, end: Event) -> Vec<Event> {
    let mut script = vec![Event::LeaveOrphan; count];
    script.extend([Event::OrphansEnd, Event::LookAround, end]);
    script
}

/// Tries the scenarios of a stage in many orders.
pub(super) fn right<C: Container>(stage: Stage) -> Report {
    let scenarios = Scenario::of(stage);
    let settings = stage.settings(ROOT);
    for scenario in &scenarios {
        note(scenario.told);
        let orders = [Order::Newest, Order::Oldest].into_iter();
        let chance = |seed| Order::Random(Rng::with_seed(seed));
        for order in orders.chain((0..ORDERS).map(chance)) {
            let Scenario { caller, refused, script, .. } = scenario;
            let machine = Machine::new(*caller, *refused, script);
            let run = run::<C>(&settings, machine, order);
            if let Some(panic) = &run.panic {
                return panic.report();
            }
            if let Err(wrong) = judge(scenario.code, &settings, &run) {
                let head = format!("When {}:", scenario.told);
                return Report::new(Verdict::Wrong, wrong)
                    .with([head])
                    .with(drawn(&run.log));
            }
        }
    }
    Report::passed(format!(
        "in the model of the kernel, in {} orders of calls",
        scenarios.len() as u64 * (2 + ORDERS)
    ))
}

/// Writes down what is tried, for the case that it does not end.
fn note(what: &str) {
    if let Some(file) = std::env::var_os(TRACE) {
        // What cannot be written is not shown.
        let _ = fs::write(file, format!("{what}\n"));
    }
}

/// Counts the calls of a start, in one order.
pub(super) fn counts<C: Container, Ours: Container>() -> Report {
    const MORE: f64 = 6.0;

    let count = |run: &Run, who: &str| {
        let calls = run.log.iter().filter(|it| it.thread == who);
        calls.count() as f64
    };
    let settings = Stage::Init.settings(ROOT);
    let end = Event::End(Status::Exited(CODE.into()));
    let script = orphans(10, end);
    let machine = Machine::new(Caller::ANN, None, &script);
    let yours = run::<C>(&settings, machine.clone(), Order::Newest);
    let ours = run::<Ours>(&settings, machine, Order::Newest);
    if let Some(panic) = &yours.panic {
        return panic.report();
    }
    if let Some(hung) = &yours.hung {
        return Report::new(Verdict::Wrong, hung);
    }
    let whats = [
        ("the caller", "calls of the caller"),
        ("process 2", "calls of process 1, with 10 orphans"),
    ];
    let counts = whats.map(|(who, what)| {
        let ours = count(&ours, who);
        let bound = Some(ours + MORE);
        Count { what: what.into(), yours: count(&yours, who), ours, bound }
    });
    Report::of_counts(counts.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::call::{Errno, Namespace, Pid};
    use crate::container::kernel::{Kernel, Settings};
    use crate::container::ours::Ours;

    #[test]
    fn ours_is_right_at_each_stage_and_makes_as_many_calls_as_ours() {
        for stage in [Stage::Maps, Stage::Name, Stage::Root, Stage::Init] {
            let report = right::<Ours>(stage);
            assert!(report.is_passed(), "{stage:?}: {report:?}");
        }
        let report = counts::<Ours, Ours>();
        assert!(report.is_passed(), "{report:?}");
        for count in &report.counts {
            assert!(count.yours > 1.0, "{report:?}");
            assert_eq!(count.yours, count.ours);
        }
    }

    /// Maps come when the program may run already.
    struct Ungated;

    impl Container for Ungated {
        fn start<K: Kernel>(kernel: &K, _: &Settings) -> Result<Pid, Errno> {
            use Namespace::{Mount, Pid, User, Uts};
            let all = [User, Pid, Mount, Uts];
            let child = kernel.new_process(&all, |kernel| {
                kernel.execute("program");
                1
            })?;
            for (file, text) in [
                ("setgroups", "deny".to_owned()),
                ("gid_map", format!("0 {} 1", kernel.group())),
                ("uid_map", format!("0 {} 1", kernel.user())),
            ] {
                kernel.write_file(&format!("/proc/{child}/{file}"), &text)?;
            }
            Ok(child)
        }
    }

    #[test]
    fn an_order_in_which_it_is_wrong_is_found_and_drawn() {
        let report = right::<Ungated>(Stage::Maps);
        assert_eq!(report.verdict, Verdict::Wrong);
        assert!(report.says.contains("before the map"), "{report:?}");
        assert!(report.lines[0].contains("ordinary user"), "{report:?}");
        let lines = report.lines.join("\n");
        assert!(lines.contains("execute program"), "{lines}");
    }

    /// A process that waits for what nobody does.
    struct Forgetful;

    impl Container for Forgetful {
        fn start<K: Kernel>(kernel: &K, _: &Settings) -> Result<Pid, Errno> {
            let gate = kernel.pipe()?;
            kernel.new_process(&[Namespace::User], move |kernel| {
                // Its own end is open, so that no end comes.
                let _ = kernel.read(gate.reader);
                kernel.read(gate.reader).map_or(1, |_| 2)
            })
        }
    }

    #[test]
    fn who_waits_for_ever_is_named() {
        let report = right::<Forgetful>(Stage::Maps);
        assert_eq!(report.verdict, Verdict::Wrong);
        let says = &report.says;
        assert!(says.contains("nobody can go on"), "{says}");
        assert!(says.contains("process 2 in read 3"), "{says}");
    }

    /// Two processes that never end.
    struct Restless;

    impl Container for Restless {
        fn start<K: Kernel>(kernel: &K, _: &Settings) -> Result<Pid, Errno> {
            kernel.new_process(&[Namespace::User], |kernel| {
                loop {
                    kernel.user();
                }
            })
        }
    }

    #[test]
    fn calls_without_end_are_ended() {
        let report = right::<Restless>(Stage::Maps);
        assert!(report.says.contains("and no end"), "{report:?}");
    }

    struct Unwritten;

    impl Container for Unwritten {
        fn start<K: Kernel>(kernel: &K, _: &Settings) -> Result<Pid, Errno> {
            kernel.new_process(&[Namespace::User], |_| todo!("stage 2"))
        }
    }

    #[test]
    fn a_todo_in_another_process_is_told() {
        let report = right::<Unwritten>(Stage::Maps);
        assert_eq!(report.verdict, Verdict::Unwritten);
    }
}
