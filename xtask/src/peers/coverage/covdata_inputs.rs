//! A `GOCOVERDIR` of many runs, made by a real Go program.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::tools::Go;

/// How often the program runs.
const RUNS: usize = 1_010;

const PACKAGES: usize = 100;
const FUNCTIONS: usize = 40;

/// The oldest Go that can write binary profiles of a program.
pub(crate) const NEEDED: &str = "go 1.20";

/// Returns the folder with the binary profiles, made if it is not there yet.
pub(crate) fn make(folder: &Path, go: &Go) -> Result<PathBuf> {
    let ready = folder.join(format!("covdata-{RUNS}-runs"));
    if ready.exists() {
        return Ok(ready);
    }
    let making = folder.join("making");
    let program = folder.join("program");
    // Runs that an interrupted command left would be too many.
    let _ = fs::remove_dir_all(&making);
    fs::create_dir_all(&making)?;
    write_program(&program)?;
    let mut build = go.command();
    build.args(["build", "-cover", "-covermode=count", "-o", "program", "."]);
    run(build.current_dir(&program))?;
    for seed in 0..RUNS {
        let mut command = Command::new(program.join("program"));
        command.arg(seed.to_string()).env("GOCOVERDIR", &making);
        run(&mut command)?;
    }
    fs::rename(&making, &ready)?;
    Ok(ready)
}

fn run(command: &mut Command) -> Result<()> {
    let name = format!("{:?}", command.get_program());
    let status = command.status().with_context(|| name.clone())?;
    if !status.success() {
        bail!("{name} failed");
    }
    Ok(())
}

fn write_program(folder: &Path) -> Result<()> {
    let mut imports = String::new();
    let mut calls = String::new();
    for package in 0..PACKAGES {
        let path = folder.join(format!("p{package}"));
        fs::create_dir_all(&path)?;
        put(&path.join("p.go"), &package_text(package))?;
        writeln!(imports, "\t\"example.com/program/p{package}\"")?;
        writeln!(calls, "\tp{package}.Run(seed)")?;
    }
    let main = format!(
        "package main\n\nimport (\n\t\"os\"\n\t\"strconv\"\n{imports})\n\n\
         func main() {{\n\tseed, _ := strconv.Atoi(os.Args[1])\n{calls}}}\n"
    );
    put(&folder.join("main.go"), &main)?;
    let module = format!("module example.com/program\n\n{NEEDED}\n");
    put(&folder.join("go.mod"), &module)
}

fn put(path: &Path, text: &str) -> Result<()> {
    // In place: the program is written anew whenever it is built.
    Ok(fs::write(path, text)?)
}

/// Returns functions of nine blocks; which run depends on the seed.
fn package_text(package: usize) -> String {
    let mut text = format!("package p{package}\n\nvar Sum int\n");
    let mut run = String::from("\nfunc Run(seed int) {\n");
    for function in 0..FUNCTIONS {
        text += &format!("\nfunc f{function}(n int) {{\n");
        for block in 0..4 {
            let divisor = block + 2;
            text += &format!(
                "\tif n%{divisor} == 0 {{\n\t\tSum += n\n\t}}\n\tSum++\n"
            );
        }
        text += "}\n";
        let which = (package * 31 + function * 7) % 5;
        run += &format!(
            "\tif seed%5 != {which} {{\n\t\tf{function}(seed)\n\t}}\n"
        );
    }
    text + &run + "}\n"
}
