//! The reader's test, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::rank_test::main::<lab::MyTest>()
}
