//! The reader's rules, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::defer::main::<lab::MyRules>()
}
