//! The reader's collector, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::collector::main::<lab::MyCollector>()
}
