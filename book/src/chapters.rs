//! The chapters as documentation, so that rustdoc tests their code.

/// One module for each chapter, under the name of its file.
macro_rules! chapters {
    ($($name:ident: $file:literal,)*) => {$(
        #[doc = include_str!(concat!("../chapters/", $file))]
        mod $name {}
    )*};
}

chapters! {
    introduction: "introduction.md",
    atomics: "primer/atomics.md",
    futex: "primer/futex.md",
    stacks: "primer/stacks.md",
    cache_lines: "primer/cache-lines.md",
    the_heap: "timers/the-heap.md",
    two_ways_to_sleep: "timers/two-ways-to-sleep.md",
    a_heap_per_worker: "timers/a-heap-per-worker.md",
    the_wheel: "timers/the-wheel.md",
    timers_that_lie: "timers/timers-that-lie.md",
    guard_or_unlock: "locks/guard-or-unlock.md",
    how_long_a_guard_lives: "locks/how-long-a-guard-lives.md",
    three_generations_of_defer: "locks/three-generations-of-defer.md",
    who_paid_panics: "locks/who-paid-panics.md",
    the_unfair_lock: "locks/the-unfair-lock.md",
    when_does_the_fd_close: "finalizers/when-does-the-fd-close.md",
    the_number_that_came_back: "finalizers/the-number-that-came-back.md",
    a_collector_with_finalizers: "finalizers/a-collector-with-finalizers.md",
    the_collector_counts_bytes: "finalizers/the-collector-counts-bytes.md",
    marking_while_the_program_runs:
        "finalizers/marking-while-the-program-runs.md",
    closing_under_a_reader: "finalizers/closing-under-a-reader.md",
    why_a_runtime_cannot_fork: "containers/why-a-runtime-cannot-fork.md",
    who_am_i_in_here: "containers/who-am-i-in-here.md",
    a_root_of_ones_own: "containers/a-root-of-ones-own.md",
    two_containers_talk: "containers/two-containers-talk.md",
    measuring_one_thing: "benchmarks/measuring-one-thing.md",
    is_it_really_faster: "benchmarks/is-it-really-faster.md",
    allocations: "benchmarks/allocations.md",
    profiles: "benchmarks/profiles.md",
    merging_as_algebra: "coverage/merging-as-algebra.md",
    the_fast_path: "coverage/the-fast-path.md",
    loom: "testing/loom.md",
    planted_bugs: "testing/planted-bugs.md",
    locks_review: "locks/review.md",
    timers_review: "timers/review.md",
    finalizers_review: "finalizers/review.md",
    containers_review: "containers/review.md",
    benchmarks_review: "benchmarks/review.md",
    coverage_review: "coverage/review.md",
    testing_review: "testing/review.md",
    go_source_map: "appendices/go-source-map.md",
    glossary: "appendices/glossary.md",
    questions_of_design: "appendices/questions-of-design.md",
    sources: "appendices/sources.md",
    teaching: "appendices/teaching.md",
    labs: "appendices/labs.md",
    lab_heap: "appendices/lab-heap.md",
    lab_mutex: "appendices/lab-mutex.md",
    lab_defer: "appendices/lab-defer.md",
    lab_fd_mutex: "appendices/lab-fd-mutex.md",
    lab_collector: "appendices/lab-collector.md",
    lab_container: "appendices/lab-container.md",
    lab_rank_test: "appendices/lab-rank-test.md",
    lab_coverage: "appendices/lab-coverage.md",
    lab_loom_model: "appendices/lab-loom-model.md",
    lab_timerproc: "appendices/lab-timerproc.md",
}
