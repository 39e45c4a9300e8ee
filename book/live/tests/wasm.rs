//! The committed WebAssembly answers what this crate answers: it is neither
//! stale nor another program on another machine.

use live::Language;
use proptest::prelude::*;
use wasmi::{Engine, Instance, Linker, Module, Store, TypedFunc};

struct Page {
    store: Store<()>,
    instance: Instance,
}

impl Page {
    fn new() -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, live::WASM)
            .expect("book/live/live.wasm is WebAssembly");
        let mut store = Store::new(&engine, ());
        let linker = Linker::<()>::new(&engine);
        let instance = linker
            .instantiate_and_start(&mut store, &module)
            .expect("it imports nothing");
        Self { store, instance }
    }

    fn function<A, R>(&self, name: &str) -> TypedFunc<A, R>
    where
        A: wasmi::WasmParams,
        R: wasmi::WasmResults,
    {
        let found = self.instance.get_typed_func(&self.store, name);
        found.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Calls the crate as the page's script does.
    fn run(&mut self, language: Language, program: &str) -> String {
        let input = self.function::<u32, u32>("live_input");
        let run = format!("live_{}", language.name());
        let run = self.function::<(), u32>(&run);
        let output = self.function::<(), u32>("live_output");
        let memory = self.instance.get_memory(&self.store, "memory");
        let memory = memory.expect("it has a memory");
        let length = u32::try_from(program.len()).expect("a short program");
        let place = input.call(&mut self.store, length).expect("room");
        memory
            .write(&mut self.store, place as usize, program.as_bytes())
            .expect("room");
        let length = run.call(&mut self.store, ()).expect("an answer");
        let place = output.call(&mut self.store, ()).expect("an answer");
        let mut answer = vec![0; length as usize];
        memory
            .read(&self.store, place as usize, &mut answer)
            .expect("the answer is in the memory");
        String::from_utf8(answer).expect("the answer is text")
    }
}

/// Returns lines that are mostly commands, with few names and deadlines, so
/// that they meet.
fn timers() -> impl Strategy<Value = String> {
    let name = || "[a-f]";
    let line = prop_oneof![
        6 => (name(), 1..100).prop_map(|(n, t)| format!("start {n} {t}")),
        3 => (name(), 1..100).prop_map(|(n, t)| format!("reset {n} {t}")),
        2 => name().prop_map(|n| format!("stop {n}")),
        1 => (1..100).prop_map(|t| format!("advance {t} # later")),
    ];
    let distinct = (1..40_i64, 1..8_usize).prop_map(|(step, count)| {
        let start = |at| {
            let when = (at * step) % 97 + 1;
            format!("start t{at} {when}\n")
        };
        let starts: String = (0..count as i64).map(start).collect();
        starts + "reset t0 98\nstop t1\nadvance 60\nadvance 99\n"
    });
    prop_oneof![4 => lines(line), 4 => distinct, 1 => "(?s).{0,80}"]
}

/// Returns objects that are there; then lines of which most fit.
fn objects() -> impl Strategy<Value = String> {
    let name = || "[a-d]";
    let line = prop_oneof![
        6 => (name(), name()).prop_map(|(a, b)| format!("link {a} {b}")),
        1 => (name(), name()).prop_map(|(a, b)| format!("unlink {a} {b}")),
        3 => name().prop_map(|n| format!("drop {n}")),
        2 => name().prop_map(|n| format!("finalizer {n}")),
        1 => name().prop_map(|n| format!("finalizer {n} revives")),
        2 => name().prop_map(|n| format!("cleanup {n}")),
        2 => name().prop_map(|n| format!("weak {n}\nupgrade {n}")),
        3 => Just("collect\nrun".to_owned()),
        1 => Just("begin".to_owned()),
        3 => Just("mark".to_owned()),
    ];
    let start = "new a\nnew b\nnew c\nnew d\n";
    let fitting = prop::collection::vec(line, 0..12).prop_map(move |lines| {
        let mut text = start.to_owned();
        for line in lines {
            let longer = format!("{text}{line}\n");
            if Language::Objects.record(&longer).is_ok() {
                text = longer;
            }
        }
        text
    });
    prop_oneof![8 => fitting, 1 => "(?s).{0,80}"]
}

/// Returns functions that call and defer each other, and panic.
fn defers() -> impl Strategy<Value = String> {
    let name = || "[f-h]";
    let line = prop_oneof![
        3 => name().prop_map(|n| format!("defer {n}")),
        2 => name().prop_map(|n| format!("call {n}")),
        2 => "[a-e]".prop_map(|w| format!("defer print {w}")),
        2 => "[a-e]".prop_map(|w| format!("panic {w}")),
        3 => Just("recover".to_owned()),
        1 => Just("return".to_owned()),
    ];
    let body = prop::collection::vec(line, 0..4);
    let bodies = prop::collection::vec(body, 4);
    let program = bodies.prop_map(|bodies| {
        let body = |(body, name): (&Vec<String>, &str)| {
            format!("{name}\n{}\n", body.join("\n"))
        };
        let names = ["", "func f", "func g", "func h"];
        bodies.iter().zip(names).map(body).collect::<String>()
    });
    prop_oneof![8 => program, 1 => "(?s).{0,80}"]
}

fn lines(line: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(line, 0..12);
    lines.prop_map(|lines| lines.join("\n"))
}

#[test]
fn timers_are_answered_as_by_the_crate() {
    answers_as_the_crate(Language::Timers, timers());
}

#[test]
fn objects_are_answered_as_by_the_crate() {
    answers_as_the_crate(Language::Objects, objects());
}

#[test]
fn defers_are_answered_as_by_the_crate() {
    answers_as_the_crate(Language::Defers, defers());
}

fn answers_as_the_crate(
    language: Language,
    programs: impl Strategy<Value = String>,
) {
    let config = ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let page = std::cell::RefCell::new(Page::new());
    let outcome = runner.run(&programs, |text| {
        let page = page.borrow_mut().run(language, &text);
        let crates = live::run(language, &text);
        prop_assert!(
            page == crates,
            "live.wasm is stale, run cargo xtask live:\n{page}\n{crates}"
        );
        Ok(())
    });
    outcome.expect("the same answers");
}
