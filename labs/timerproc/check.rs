//! The reader's alarm, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::timerproc::main::<lab::MyAlarm>()
}
