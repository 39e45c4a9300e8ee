//! The reader's container, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::container::main::<lab::MyContainer>()
}
