//! The plan of a start, computed without asking the system for anything.

#![cfg(target_os = "linux")]

use containers::container::Container;
use containers::ids::{Caller, IdMap, Lent, Wanted};
use containers::measures::Measure;
use containers::mounts::Mount;
use containers::namespaces::Namespace;
use containers::plan::Plan;
use containers::plan::step::{Lane, Step};
use proptest::prelude::*;

const MEASURES: [Measure; 10] = [
    Measure::NoNewPrivileges,
    Measure::Capabilities,
    Measure::Seccomp,
    Measure::Descriptors,
    Measure::Session,
    Measure::Proc,
    Measure::RootFlags,
    Measure::Nesting,
    Measure::Targets,
    Measure::SealedInit,
];

fn caller(user: u32) -> Caller {
    Caller {
        user,
        group: user,
        zero_is_root: true,
        lent_users: vec![Lent { first: 100_000, count: 65_536 }],
        lent_groups: vec![Lent { first: 100_000, count: 65_536 }],
    }
}

fn container() -> Container {
    Container::new("/srv/root", "sh").args(["-c", "true"])
}

fn plan(container: &Container) -> Plan {
    Plan::of(container, &caller(1000)).expect("nothing is wrong with it")
}

fn place(plan: &Plan, is_it: impl Fn(&Step) -> bool) -> Option<usize> {
    plan.steps.iter().position(is_it)
}

#[test]
fn it_is_printed_step_by_step() {
    let text = plan(&container()).to_string();
    let name_of = |line: &str| {
        let mut columns = line.split("  ").map(str::trim);
        // Its number and its lane come before it.
        let is_one = |column: &&str| !column.is_empty();
        columns.by_ref().filter(is_one).nth(2).map(str::to_owned)
    };
    let names: Vec<String> = text.lines().filter_map(name_of).collect();
    assert_eq!(
        names,
        [
            "seal the init program",
            "seal the plan",
            "clone",
            "map users and groups",
            "close descriptors",
            "execute unc-init",
            "make mounts private",
            "forbid user namespaces",
            "attach the root",
            "mount",
            "mount",
            "pivot the root",
            "set the hostname",
            "set up the network",
            "hide init",
            "forbid new privileges",
            "drop capabilities",
            "filter system calls",
            "fork the program",
            "begin a session",
            "enter the working directory",
            "execute",
        ]
    );
    assert!(text.contains("user pid uts ipc mnt net cgroup"), "{text}");
}

/// The book draws it from there.
#[test]
fn the_readme_shows_the_plan() {
    let plan = Plan::of(&Container::new(".", "true"), &caller(65534));
    let plan = plan.expect("nothing is wrong with it").to_string();
    let shown = format!(
        "<!-- the recorded plan -->\n```text\n\
         $ unc run --explain true\n{plan}```\n<!-- end -->\n"
    );
    let readme = include_str!("../README.md");
    assert!(readme.contains(&shown), "write into the README:\n{shown}");
}

#[test]
fn a_name_with_a_line_break_makes_no_second_line() {
    let plain = plan(&container()).to_string();
    let odd = container().args(["a\nb\x1b[2J"]).cwd("/a\nb");
    let odd = plan(&odd).to_string();
    assert_eq!(odd.lines().count(), plain.lines().count(), "{odd}");
    assert!(odd.contains("a\\nb\\u{1b}[2J"), "{odd}");
    assert!(!odd.contains('\x1b'), "{odd}");
}

#[test]
fn each_measure_changes_the_plan() {
    let all = plan(&container());
    for measure in MEASURES {
        let without = plan(&container().without(measure));
        assert_ne!(all, without, "{measure}");
    }
}

#[test]
fn only_a_map_of_one_lets_memory_be_shared() {
    let shares = |plan: &Plan| {
        place(plan, |it| matches!(it, Step::Clone { shares_memory: true, .. }))
    };
    assert!(shares(&plan(&container())).is_some());
    assert!(shares(&plan(&container().ids(Wanted::Lent))).is_none());
}

#[test]
fn all_namespaces_are_new() {
    let plan = plan(&container());
    let new = plan.steps.iter().find_map(|step| match step {
        Step::Clone { namespaces, .. } => Some(namespaces.clone()),
        _ => None,
    });
    assert_eq!(new, Some(Namespace::ALL.to_vec()));
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_done() {
    let refused = |container: Container, user: u32, cause: &str| {
        let error = Plan::of(&container, &caller(user)).expect_err(cause);
        assert!(error.to_string().contains(cause), "{error}");
        assert_eq!(error.exit_code(), 125);
    };
    refused(container(), 0, "root of the host");
    let map = IdMap { inside: 0, outside: 1000, count: 2 };
    let two = Wanted::Given { users: vec![map], groups: vec![map] };
    refused(container().ids(two), 1000, "/etc/subuid");
    refused(container().ids(Wanted::Lent).network(), 1000, "no network");
    refused(Container::new("/", ""), 1000, "no program");
    refused(container().hostname(""), 1000, "1 to 64");
    refused(container().hostname("h".repeat(65)), 1000, "1 to 64");
    refused(container().args(["a\0b"]), 1000, "zero byte");
    refused(container().env("A", "\0"), 1000, "zero byte");
    refused(container().dies_with_thread(), 1000, "init watches");
}

#[test]
fn a_created_container_waits_before_its_program_is_made() {
    let plan = plan(&container()).waiting();
    let waits = place(&plan, |it| *it == Step::AwaitStart);
    let forks = place(&plan, |it| *it == Step::Fork { watches_caller: false });
    assert!(waits.is_some() && waits < forks);
}

prop_compose! {
    fn any_container()(
        left_out in proptest::sample::subsequence(MEASURES.to_vec(), 0..10),
        switches in proptest::collection::vec(any::<bool>(), 5),
        targets in proptest::collection::vec("/[a-z]{1,4}", 0..3),
    ) -> Container {
        let mut container = container();
        for measure in left_out {
            container = container.without(measure);
        }
        for target in targets {
            container = container.mount(Mount::scratch(target));
        }
        let switch: [fn(Container) -> Container; 5] = [
            Container::network,
            Container::read_only,
            Container::whole_proc,
            Container::as_pid_1,
            |it| it.cwd("/tmp"),
        ];
        for (switch, is_on) in switch.into_iter().zip(switches) {
            container = if is_on { switch(container) } else { container };
        }
        container
    }
}

proptest! {
    /// Whatever is asked for, no step comes before what it rests on.
    #[test]
    fn the_order_holds(container in any_container()) {
        let plan = plan(&container);
        let last_mount = plan.steps.iter().rposition(|it| {
            matches!(it, Step::Mount { .. } | Step::Mask { .. })
        });
        let pivot = place(&plan, |it| *it == Step::Pivot);
        let attach =
            place(&plan, |it| matches!(it, Step::AttachRoot { .. }));
        let private = place(&plan, |it| *it == Step::PrivateMounts);
        prop_assert!(private < attach && attach < last_mount);
        prop_assert!(last_mount < pivot);
        let drop =
            place(&plan, |it| matches!(it, Step::DropCapabilities(_)));
        prop_assert!(drop.is_none() || drop > pivot);
        let filter = place(&plan, |it| matches!(it, Step::Filter { .. }));
        prop_assert!(filter.is_none() || filter > pivot);
        let privileges = place(&plan, |it| *it == Step::NoNewPrivileges);
        // Without no_new_privs, a filter takes a capability.
        let needs_one = privileges.is_none() && drop.is_some();
        prop_assert!(!needs_one || filter.is_none() || filter < drop);
        // Each lane goes on where the one before has ended.
        let lanes: Vec<Lane> = plan.steps.iter().map(Step::lane).collect();
        let own = lanes.iter().filter(|it| **it > Lane::Clone);
        prop_assert!(own.is_sorted());
        let last = plan.steps.last().map(Step::name);
        prop_assert_eq!(last, Some("execute"));
    }
}
