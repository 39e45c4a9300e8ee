//! The reader's locks, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::mutex::main::<lab::MyTwoState, lab::MyThreeState>()
}
