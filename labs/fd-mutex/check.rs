//! The reader's lock of a descriptor, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::fd_mutex::main::<lab::MyFdMutex>()
}
