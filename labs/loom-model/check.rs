//! The reader's models, judged: `cargo lab` builds and runs this.

fn main() -> std::process::ExitCode {
    lab_judge::loom_model::main::<lab::MyModels>()
}
