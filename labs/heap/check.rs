//! The reader's heap, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::heap::main::<lab::MyHeap>()
}
