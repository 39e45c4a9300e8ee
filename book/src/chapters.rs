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
    timers: "timers.md",
    locks_and_defer: "locks-and-defer.md",
    finalizers: "finalizers.md",
    benchmarks: "benchmarks.md",
    coverage: "coverage.md",
}
